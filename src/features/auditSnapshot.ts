import { type AuditRow, LIST_NAMES, type ListName } from '../core/audit/auditLists';
import { isSilent } from '../core/audit/auditSummary';
import type { Fact } from '../core/forget/fact';
import { factVerdict } from '../core/report/verdict';
import { visibleText } from '../core/report/visibleText';
import type { Audit, AuditFindings } from '../host/audit';
import {
  type AuditEntry,
  type AuditFact,
  type AuditPart,
  type AuditResult,
  type AuditSnapshot,
  type AuditView,
  PAGE_ROWS,
} from '../protocol/audit';
import { clip, secretName } from './leakText';

const LONGEST_ID = 60;

/** What the page shows of an audit. */
export function auditSnapshot(audit: Audit, view: AuditView, show: (path: string) => string): AuditSnapshot {
  const { scope, activity, outdated, findings } = audit;
  return {
    scope,
    raw: visibleText(show(scope.raw)),
    filtered: visibleText(show(scope.filtered)),
    activity,
    outdated,
    result: findings && resultOf(audit, findings, view),
  };
}

/** A part of an audit's lists. */
export function auditPart({ lists, project: { facts } }: Audit, view: AuditView): AuditPart {
  const rows = lists.rows(view.list).filter((row) => view.fact === null || row.facts.includes(view.fact));
  const lastFrom = Math.max(0, Math.ceil(rows.length / PAGE_ROWS) - 1) * PAGE_ROWS;
  const from = Math.min(view.from, lastFrom);
  const byId = new Map(facts.map((fact) => [fact.id, fact]));
  return {
    view: { ...view, from },
    rows: rows.slice(from, from + PAGE_ROWS).map((row) => entryOf(row, byId)),
    listed: rows.length,
    counts: Object.fromEntries(LIST_NAMES.map((name) => [name, lists.count(name)])) as Record<ListName, number>,
  };
}

function entryOf({ raw, filtered, facts, id, ...row }: AuditRow, byId: ReadonlyMap<string, Fact>): AuditEntry {
  const places = [raw, filtered].flatMap((place) => (place === null ? [] : [`${place.file}:${place.line}`]));
  return {
    number: row.number,
    change: row.change,
    kind: row.kind,
    leakedBefore: row.leakedBefore,
    decided: row.decided,
    lift: row.lift,
    excerpt: row.excerpt,
    id: visibleText(clip(id, LONGEST_ID)),
    where: visibleText(places.join(' → ')),
    facts: facts.map((fact) => secretName(fact, byId.get(fact))),
  };
}

function resultOf(audit: Audit, { summary, tally, terms }: AuditFindings, view: AuditView): AuditResult {
  const { records, removed, left, leaks, verdict, temperature } = summary;
  const byId = new Map(audit.project.facts.map((fact) => [fact.id, fact]));
  const totals = new Map(tally.facts.map((each) => [each.fact, each.after]));
  const shown = summary.facts.flatMap((each): AuditFact[] => {
    const after = totals.get(each.fact);
    const name = secretName(each.fact, byId.get(each.fact));
    return after === undefined || isSilent(each)
      ? []
      : [{ ...each, name, words: factVerdict(after, temperature).words }];
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
    part: auditPart(audit, view),
  };
}
