import type { AuditLists } from '../core/audit/auditLists';
import { isSilent } from '../core/audit/auditSummary';
import { factVerdict } from '../core/report/verdict';
import type { Audit, AuditFindings } from '../host/audits';
import {
  type AuditFact,
  type AuditPart,
  type AuditResult,
  type AuditSnapshot,
  type AuditView,
  PAGE_ROWS,
} from '../protocol/audit';

/** What the page shows of an audit. */
export function auditSnapshot(audit: Audit, view: AuditView, show: (path: string) => string): AuditSnapshot {
  const { scope, activity, findings, lists } = audit;
  return {
    scope,
    raw: show(scope.raw),
    filtered: show(scope.filtered),
    activity,
    result: findings && resultOf(findings, lists, view),
  };
}

/** A part of the lists. */
export function auditPart(lists: AuditLists, view: AuditView): AuditPart {
  const rows = lists.rows(view.list).filter(({ facts }) => view.fact === null || facts.includes(view.fact));
  const lastPage = Math.max(0, Math.ceil(rows.length / PAGE_ROWS) - 1) * PAGE_ROWS;
  const from = Math.min(view.from, lastPage);
  return {
    view: { ...view, from },
    rows: rows.slice(from, from + PAGE_ROWS),
    listed: rows.length,
    counts: lists.counts,
  };
}

function resultOf({ summary, tally, facts, terms }: AuditFindings, lists: AuditLists, view: AuditView): AuditResult {
  const { records, removed, left, leaks, verdict, temperature } = summary;
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  const totals = new Map(tally.facts.map((each) => [each.fact, each.after]));
  const shown = summary.facts.flatMap((each): AuditFact[] => {
    const after = totals.get(each.fact);
    return after === undefined || isSilent(each)
      ? []
      : [{ ...each, subjects: byId.get(each.fact)?.subjects ?? [], words: factVerdict(after, temperature).words }];
  });
  return {
    records,
    removed,
    left,
    leaks,
    verdict,
    facts: shown,
    silentFacts: summary.facts.length - shown.length,
    notes: terms,
    part: auditPart(lists, view),
  };
}
