import * as vscode from 'vscode';
import type { Fact, FactKind } from '../core/forget/fact';
import { plural, t } from '../core/l10n';
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

  constructor(private readonly store: AnalysisStore) {
    this.#subscriptions = [
      this.#collection,
      store.onDidChange((uris) => this.#update((uri) => uris.has(uri))),
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
          this.#collection.set(uri, setting('problems', uri) ? diagnostics(document, analysis) : []);
        }
      }
    }
    for (const [uri] of this.#collection) {
      if (!present.has(uri.toString())) {
        this.#collection.delete(uri);
      }
    }
  }
}

function diagnostics(document: vscode.TextDocument, analysis: FileAnalysis): vscode.Diagnostic[] {
  return [...unreadable(document, analysis), ...leakDiagnostics(document, analysis)];
}

function leakDiagnostics(document: vscode.TextDocument, analysis: FileAnalysis): vscode.Diagnostic[] {
  const worst = analysis.records
    .flatMap((entry) => worstPerFact(entry.leaks).map((leak) => ({ entry, leak })))
    .sort((a, b) => b.leak.lift - a.leak.lift);
  const forgetSet = vscode.Uri.file(analysis.project.forgetSetPath);
  const facts = new Map(analysis.project.facts.map((fact) => [fact.id, fact]));
  return worst.slice(0, MAX_LEAKS).map(({ entry, leak }, i) => {
    const fact = facts.get(leak.fact);
    const left =
      i === MAX_LEAKS - 1 && worst.length > MAX_LEAKS
        ? ` (${plural(worst.length - MAX_LEAKS, '{0} lesser leak is not listed', '{0} lesser leaks are not listed')})`
        : '';
    const diagnostic = new vscode.Diagnostic(
      rangeOf(document, entry, leak),
      `${message(leak, fact)}${left}`,
      leak.kind === 'stated' ? vscode.DiagnosticSeverity.Warning : vscode.DiagnosticSeverity.Information,
    );
    diagnostic.source = 'Seep';
    diagnostic.code = visibleText(clip(leak.fact, 40));
    const line = Math.max(0, (fact?.line ?? 1) - 1);
    diagnostic.relatedInformation = [
      new vscode.DiagnosticRelatedInformation(
        new vscode.Location(forgetSet, new vscode.Position(line, 0)),
        IN_FORGET_SET[fact?.kind ?? 'fact'],
      ),
    ];
    return diagnostic;
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

function worstPerFact(leaks: readonly Leak[]): readonly Leak[] {
  const worst = new Map<string, Leak>();
  for (const leak of leaks) {
    if (leak.lift > (worst.get(leak.fact)?.lift ?? 0)) {
      worst.set(leak.fact, leak);
    }
  }
  return [...worst.values()];
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
function unreadable(document: vscode.TextDocument, analysis: FileAnalysis): vscode.Diagnostic[] {
  const found = [
    ...analysis.problems.map(({ line, column, message }) => {
      const from = new vscode.Position(line - 1, column - 1);
      return { range: new vscode.Range(from, document.validatePosition(from.with({ character: Infinity }))), message };
    }),
    ...analysis.records.flatMap((entry) => {
      const messages = unscored(entry);
      const start = document.positionAt(entry.start);
      const range = () => document.validateRange(new vscode.Range(start, document.positionAt(entry.end)));
      return messages.map((message) => ({ range: range(), message }));
    }),
  ];
  return found.slice(0, MAX_READ_PROBLEMS).map(({ range, message }) => {
    const diagnostic = new vscode.Diagnostic(range, message, vscode.DiagnosticSeverity.Warning);
    diagnostic.source = 'Seep';
    return diagnostic;
  });
}
