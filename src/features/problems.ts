import * as vscode from 'vscode';
import type { Fact, FactKind } from '../core/forget/fact';
import { plural, t } from '../core/l10n';
import { Largest } from '../core/report/largest';
import { share } from '../core/report/share';
import { visibleText } from '../core/report/visibleText';
import type { Leak } from '../core/score/leak';
import type { AnalysisStore } from '../host/analysisStore';
import type { FileAnalysis, RecordAnalysis } from '../host/fileAnalysis';
import { Settings } from '../host/ids';
import { onDidChangeSetting, setting } from '../host/settings';
import { clip, entryName } from './leakText';

/** Problems that leaks may take per file: the panel is shared with every other tool. */
const MAX_LEAKS = 50;
const MAX_READ_PROBLEMS = 50;

/**
 * Entries in the Problems view: the worst place of each (record, fact), worst first up to a cap, and lines that are no
 * records. What the text states is a warning, since the filter missed it; the teacher's doing is information.
 */
export class Problems implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('seep');
  readonly #subscriptions: vscode.Disposable[];
  /** What is listed of each file. */
  readonly #listed = new Map<string, readonly Entry[]>();

  constructor(private readonly store: AnalysisStore) {
    this.#subscriptions = [
      this.#collection,
      store.onDidChange((uris) => this.#update((uri) => uris.has(uri))),
      store.onDidEdit((uri) => this.#clearEdited(uri)),
      onDidChangeSetting([Settings.problems], () => this.#update(() => true)),
      vscode.workspace.onDidOpenTextDocument(({ uri }) => this.#update((each) => each === uri.toString())),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }

  #update(wanted: (uri: string) => boolean): void {
    const present = new Set<string>();
    for (const analysis of this.store.counted) {
      present.add(analysis.uri);
      // While a scan streams in, the list would jump about; it comes when the scan is through.
      if (wanted(analysis.uri) && analysis.activity.kind !== 'scanning') {
        const uri = vscode.Uri.parse(analysis.uri);
        const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === analysis.uri);
        if (document) {
          this.#list(document, setting('problems', uri) ? entriesOf(document, analysis) : []);
        }
      }
    }
    for (const [uri] of this.#collection) {
      if (!present.has(uri.toString())) {
        this.#collection.delete(uri);
        this.#listed.delete(uri.toString());
      }
    }
  }

  /** Takes away what is said of records that have just been edited; the rest moves with its text by itself. */
  #clearEdited(uri: string): void {
    const listed = this.#listed.get(uri) ?? [];
    const left = listed.filter(({ record }) => !record?.edited);
    const document = vscode.workspace.textDocuments.find((each) => each.uri.toString() === uri);
    if (document && left.length < listed.length) {
      this.#list(document, left);
    }
  }

  #list({ uri }: vscode.TextDocument, entries: readonly Entry[]): void {
    this.#listed.set(uri.toString(), entries);
    this.#collection.set(
      uri,
      entries.map((entry) => entry.diagnostic()),
    );
  }
}

/** An entry of the Problems view, and the record that it is about; null: a line that is no record. */
interface Entry {
  readonly record: RecordAnalysis | null;
  /** With the places that hold now. */
  diagnostic(): vscode.Diagnostic;
}

function entriesOf(document: vscode.TextDocument, analysis: FileAnalysis): readonly Entry[] {
  return [...unreadable(document, analysis), ...leakEntries(document, analysis)];
}

function leakEntries(document: vscode.TextDocument, analysis: FileAnalysis): readonly Entry[] {
  const worst = new Largest<{ readonly entry: RecordAnalysis; readonly leak: Leak }>(
    MAX_LEAKS,
    ({ leak }) => leak.lift,
  );
  for (const entry of analysis.records) {
    for (const leak of worstPerFact(entry.leaks)) {
      worst.add({ entry, leak });
    }
  }
  const forgetSet = vscode.Uri.file(analysis.project.forgetSetPath);
  const facts = new Map(analysis.project.facts.map((fact) => [fact.id, fact]));
  return worst.items.map(({ entry, leak }, i) => {
    const fact = facts.get(leak.fact);
    const left =
      i === MAX_LEAKS - 1 && worst.added > MAX_LEAKS
        ? ` (${plural(worst.added - MAX_LEAKS, '{0} lesser leak is not listed', '{0} lesser leaks are not listed')})`
        : '';
    const text = `${message(leak, fact)}${left}`;
    const line = Math.max(0, (fact?.line ?? 1) - 1);
    const told = new vscode.DiagnosticRelatedInformation(
      new vscode.Location(forgetSet, new vscode.Position(line, 0)),
      IN_FORGET_SET[fact?.kind ?? 'fact'],
    );
    return {
      record: entry,
      diagnostic: () => {
        const severity =
          leak.kind === 'stated' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information;
        const diagnostic = new vscode.Diagnostic(rangeOf(document, entry, leak), text, severity);
        diagnostic.source = 'Seep';
        diagnostic.code = visibleText(clip(leak.fact, 40));
        diagnostic.relatedInformation = [told];
        return diagnostic;
      },
    };
  });
}

const IN_FORGET_SET: Readonly<Record<FactKind, string>> = {
  fact: t('the fact in the forget set'),
  tokens: t('the class in the forget set'),
  rule: t('the rule in the forget set'),
  choice: t('the question in the forget set'),
};

function message(leak: Leak, fact: Fact | undefined): string {
  const name = entryName(leak.fact, fact);
  if (fact?.kind === 'tokens') {
    return leak.kind === 'stated'
      ? t('The text goes on with a token of the {0}; the filter missed it. Lift {1}.', name, share(leak.lift))
      : t(
          'The teacher expects a token of the {0} here, though the text does not go on with one. Lift {1}, rank {2}.',
          name,
          share(leak.lift),
          leak.rank,
        );
  }
  return leak.kind === 'stated'
    ? t('The text states the answer of {0}; the filter missed it. Lift {1}.', name, share(leak.lift))
    : t(
        'The teacher gives away the answer of {0} here, though the text does not state it. Lift {1}, rank {2}.',
        name,
        share(leak.lift),
        leak.rank,
      );
}

/** By the leaks that they were picked from: an edit has but one record's picked again. */
const picked = new WeakMap<readonly Leak[], readonly Leak[]>();

function worstPerFact(leaks: readonly Leak[]): readonly Leak[] {
  const known = picked.get(leaks);
  if (known !== undefined) {
    return known;
  }
  const worst = new Map<string, Leak>();
  for (const leak of leaks) {
    if (leak.lift > (worst.get(leak.fact)?.lift ?? 0)) {
      worst.set(leak.fact, leak);
    }
  }
  const found = [...worst.values()];
  picked.set(leaks, found);
  return found;
}

function rangeOf(document: vscode.TextDocument, entry: RecordAnalysis, leak: Leak): vscode.Range {
  const [start, end] = entry.spanOf(leak);
  return new vscode.Range(document.positionAt(start), document.positionAt(end));
}

function unscored({ state }: RecordAnalysis): readonly string[] {
  switch (state.kind) {
    case 'failed':
      return [t('This record was not scored: {0}', state.message)];
    case 'scored':
      return state.scores.skipped.map((message) => t('This record was scored in part: {0}', message));
    case 'unscored':
      return [];
  }
}

/** Lines that gave no record, and records that could not be scored, or only in part. */
function unreadable(document: vscode.TextDocument, analysis: FileAnalysis): readonly Entry[] {
  const entries: Entry[] = [];
  const warn = (record: RecordAnalysis | null, text: string, range: () => vscode.Range) => {
    const diagnostic = () => {
      const warning = new vscode.Diagnostic(range(), text, vscode.DiagnosticSeverity.Warning);
      warning.source = 'Seep';
      return warning;
    };
    entries.push({ record, diagnostic });
  };
  for (const { line, column, message } of analysis.problems.slice(0, MAX_READ_PROBLEMS)) {
    const from = new vscode.Position(line - 1, column - 1);
    warn(null, message, () => new vscode.Range(from, document.validatePosition(from.with({ character: Infinity }))));
  }
  for (const entry of analysis.records) {
    if (entries.length >= MAX_READ_PROBLEMS) {
      break;
    }
    for (const message of unscored(entry)) {
      const range = () => new vscode.Range(document.positionAt(entry.start), document.positionAt(entry.end));
      warn(entry, message, () => document.validateRange(range()));
    }
  }
  return entries.slice(0, MAX_READ_PROBLEMS);
}
