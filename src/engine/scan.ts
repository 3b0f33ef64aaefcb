import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import type { PositionPlan } from '../core/score/factIndex';
import { type Leak, LIFT_FLOOR } from '../core/score/leak';
import { completerOf } from '../core/score/leakScores';
import { PLAIN_SCAN, type Reading, type ScanParams, type ScanProgress, type ScanResult } from '../protocol/engine';
import type { Pending, WindowPlan } from './candidates';
import { GroupScan, readsEverything, type WorkMeter } from './groupScan';
import { assertUnchanged, type ModelSet } from './modelSet';
import { RecordScorer } from './recordScores';
import type { RuleSet } from './ruleSet';
import type { Encoded } from './tokenizer/tokenizer';
import { type Window, windowsOf } from './windows';

/** Records are scanned in groups, so that results come early and memory stays bounded: a small one first, then larger ones. */
const FIRST_GROUP_TOKENS = 512;
const GROUP_TOKENS = 8192;
const GROUP_GROWTH = 4;

export interface ScanControl {
  progress(value: ScanProgress | Reading): void;
  /** Awaited between runs; throws to cancel. */
  between(): Promise<void>;
}

/**
 * Scores records. The teacher reads every window in which a fact counts; since lift <= tokenMass, the others read only the
 * windows where some tokenMass reaches {@link LIFT_FLOOR}. Answers of several tokens are then completed along their paths.
 * A record that cannot be scored is reported as failed and stops no other.
 */
export async function scan(
  models: ModelSet,
  rules: RuleSet,
  { records, ...settings }: ScanParams,
  control: ScanControl,
): Promise<ScanResult> {
  const work = new WorkCount(records, control);
  const scorer = new RecordScorer(models, rules, settings);
  const everywhere = readsEverything(settings, models);
  let tokens = 0;
  let group: Pending[] = [];
  let plans: WindowPlan[] = [];
  let size = 0;
  let groupSize = FIRST_GROUP_TOKENS;
  const flush = async () => {
    control.progress({ kind: 'reading', keys: group.map(({ key }) => key) });
    await new GroupScan(models, rules, settings, plans, work).run();
    assertUnchanged(models);
    for (const record of group) {
      if (record.failure === null) {
        const scores = scorer.scoresOf(record);
        tokens += scores.tokens;
        control.progress({ kind: 'record', key: record.key, scores });
      } else {
        control.progress({ kind: 'failed', key: record.key, message: record.failure });
      }
    }
    group = [];
    plans = [];
    size = 0;
    groupSize = Math.min(GROUP_TOKENS, groupSize * GROUP_GROWTH);
    await control.between();
  };
  for (const { key, text } of records) {
    let encoded: Encoded;
    try {
      encoded = models.teacher.tokenizer.encode(text);
    } catch (error) {
      control.progress({ kind: 'failed', key, message: tokenizerFault(error) });
      work.passRecord(text, 0);
      continue;
    }
    const { record, plans: own } = planRecord(key, encoded, rules, models.longestInput, everywhere);
    group.push(record);
    plans.push(...own);
    size += encoded.ids.length;
    work.passRecord(text, own.length === 0 ? 0 : encoded.ids.length);
    if (size >= groupSize) {
      await flush();
    }
  }
  await flush();
  const reference = models.reference !== null ? 'model' : settings.swap !== null ? 'swap' : 'none';
  return {
    records: records.length,
    tokens,
    reference,
    completedBy: completerOf(reference, settings.onPolicy, models.comparison),
  };
}

/** What a scan at temperature 1, without other subjects, finds at one position of a text. */
export async function scanPosition(
  models: ModelSet,
  rules: RuleSet,
  text: string,
  position: number,
): Promise<readonly Leak[]> {
  const encoded = models.teacher.tokenizer.encode(text);
  const { record, plans } = planRecord(0, encoded, rules, models.longestInput, false);
  const here = plans.map((plan) => ({ ...plan, plans: plan.plans.filter((each) => each.position === position) }));
  const work = { expect: () => {}, ran: async () => {} };
  await new GroupScan(
    models,
    rules,
    PLAIN_SCAN,
    here.filter((plan) => plan.plans.length > 0),
    work,
  ).run();
  if (record.failure !== null) {
    throw new SeepError('record', record.failure);
  }
  return new RecordScorer(models, rules, PLAIN_SCAN).scoresOf(record).leaks;
}

/** A record, and its windows in which some fact counts; the others need no model to be known clean. */
function planRecord(
  key: number,
  encoded: Encoded,
  rules: RuleSet,
  longest: number,
  everywhere: boolean,
): { record: Pending; plans: WindowPlan[] } {
  const { text, ids, prefix } = encoded;
  const gates = rules.index.gates(text);
  const { anchors, skipped } = rules.anchors.find(text, gates);
  const record: Pending = {
    key,
    encoded,
    skipped,
    places: [],
    similarities: new Map(),
    spreads: [],
    failure: null,
  };
  const windows = windowsOf(ids, prefix, longest);
  const byWindow = new Map<Window, PositionPlan[]>();
  let at = 0;
  for (const plan of rules.index.plan(encoded, { gates, anchors, everywhere })) {
    while ((windows[at]?.last ?? Number.POSITIVE_INFINITY) < plan.position) {
      at++;
    }
    const window = windows[at];
    if (window !== undefined) {
      const plans = byWindow.get(window);
      plans === undefined ? byWindow.set(window, [plan]) : plans.push(plan);
    }
  }
  return { record, plans: [...byWindow].map(([window, plans]) => ({ record, window, plans })) };
}

function tokenizerFault(error: unknown): string {
  if (error instanceof RangeError) {
    return t('This record is too long for the tokenizer. Split it.');
  }
  return error instanceof Error ? error.message : String(error);
}

/** Progress in model-input tokens. What is not tokenised yet is reckoned by the texts' lengths. */
class WorkCount implements WorkMeter {
  #done = 0;
  #expected = 0;
  #unitsLeft: number;
  #unitsPassed = 0;
  #tokensPassed = 0;

  constructor(
    records: ScanParams['records'],
    private readonly control: ScanControl,
  ) {
    this.#unitsLeft = records.reduce((sum, { text }) => sum + text.length, 0);
  }

  /** A record was tokenised; the teacher will read `tokens` of it. */
  passRecord(text: string, tokens: number): void {
    this.#unitsLeft -= text.length;
    this.#unitsPassed += text.length;
    this.#tokensPassed += tokens;
  }

  expect(tokens: number): void {
    this.#expected += tokens;
  }

  async ran(tokens: number): Promise<void> {
    this.#done += tokens;
    const perUnit = this.#unitsPassed === 0 ? 0 : this.#tokensPassed / this.#unitsPassed;
    const total = this.#expected + Math.round(this.#unitsLeft * perUnit);
    this.control.progress({ kind: 'work', done: this.#done, total });
    await this.control.between();
  }
}
