import type * as vscode from 'vscode';
import type { AnalysisStore } from './analysisStore';
import { formatOfDocument } from './corpusDocuments';
import type { Decisions } from './decisions';
import { RecordAnalysis } from './fileAnalysis';
import type { Projects } from './projects';

/** Longer documents are looked at only where they have been scanned. */
const MAX_LENGTH = 1 << 23;

interface Found {
  readonly version: number;
  readonly index: unknown;
  readonly entries: readonly RecordAnalysis[];
}

/** Finds the records about which something is decided in any version of a corpus file: scanned or not, on either side of a diff. */
export class DecidedRecords {
  readonly #found = new WeakMap<vscode.TextDocument, Found>();

  constructor(
    private readonly store: AnalysisStore,
    private readonly projects: Projects,
    private readonly decisions: Decisions,
  ) {}

  async of(document: vscode.TextDocument): Promise<readonly RecordAnalysis[]> {
    const stored = this.store.get(document.uri);
    if (stored !== undefined) {
      return stored.records.filter(({ decisions }) => decisions.length > 0);
    }
    const format = formatOfDocument(document);
    const project = format === null ? null : await this.#projectOf(document.uri);
    if (format === null || project === null) {
      return [];
    }
    await this.decisions.ready(project);
    const index = this.decisions.of(project);
    const known = this.#found.get(document);
    if (known?.version === document.version && known.index === index) {
      return known.entries;
    }
    const isLookedAt = !index.isEmpty && document.getText().length <= MAX_LENGTH;
    const entries = (isLookedAt ? this.store.recordsOf(document, format, project).records : [])
      .map((record) => {
        const entry = new RecordAnalysis(record, project.threshold);
        entry.setDecisions(index);
        return entry;
      })
      .filter(({ decisions }) => decisions.length > 0);
    this.#found.set(document, { version: document.version, index, entries });
    return entries;
  }

  async #projectOf(uri: vscode.Uri) {
    try {
      const configPath = await this.projects.find(uri);
      return configPath === null ? null : await this.projects.load(configPath);
    } catch {
      // A scan says what is wrong with the project; marks are no place for it.
      return null;
    }
  }
}
