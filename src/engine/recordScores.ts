import { bucketedKl, forgetBits } from '../core/score/forgetBits';
import type {
  FactSimilarity,
  Leak,
  LeakBranch,
  PositionBits,
  PositionTops,
  RecordScores,
  TopToken,
} from '../core/score/leak';
import {
  branchCompletion,
  branchLift,
  branchMass,
  completerOf,
  gain,
  leakStatus,
  likeliestAnswer,
  mean,
  type Probability,
  pull,
  type StepTree,
} from '../core/score/leakScores';
import type { ScanParams } from '../protocol/engine';
import type { Candidate, Pending, Place, Spread } from './candidates';
import type { TokenList } from './jobs';
import type { Model } from './model';
import type { ModelSet } from './modelSet';
import type { RuleSet } from './ruleSet';
import { isStated } from './stated';
import { classIndex } from './tokenClasses';

/** Divergence that the facts do not explain is kept from here on, in bits; forget bits from a thousandth of that. */
const DIVERGENCE_FLOOR = 0.25;
const BITS_FLOOR = DIVERGENCE_FLOOR / 1000;

/** Turns what the passes left in a record into its scores. */
export class RecordScorer {
  constructor(
    private readonly models: ModelSet,
    private readonly rules: RuleSet,
    private readonly settings: Omit<ScanParams, 'records'>,
  ) {}

  scoresOf(record: Pending): RecordScores {
    const { encoded, places } = record;
    const leaks = places.flatMap(({ candidates }) => candidates.map((candidate) => this.#leakOf(candidate, record)));
    return {
      tokens: Math.max(0, encoded.ids.length - Math.max(1, encoded.prefix) + 1),
      leaks: leaks.sort((a, b) => a.position - b.position || b.lift - a.lift),
      tops: places.map((place) => this.#topsOf(place)).sort((a, b) => a.position - b.position),
      bits: this.#bitsOf(record),
      similarities: this.#similaritiesOf(record),
      skipped: record.skipped,
      approximate: encoded.approximate,
    };
  }

  #topsOf({ position, tops: { teacher, student, reference } }: Place): PositionTops {
    const { models } = this;
    const withText = (top: TokenList | undefined, model: Model | null): TopToken[] | null =>
      top === undefined || model === null
        ? null
        : Array.from(top.ids, (id, k) => ({
            id,
            text: model.tokenizer.textOf(id),
            logprob: top.logprobs[k] ?? Number.NaN,
          }));
    return {
      position,
      teacher: withText(teacher, models.teacher) ?? [],
      student: withText(student, models.student),
      reference: withText(reference, models.reference),
    };
  }

  #similaritiesOf({ similarities }: Pending): FactSimilarity[] {
    return [...similarities].map(([fact, best]) => ({ fact: this.rules.idOf(fact), ...best }));
  }

  #leakOf(candidate: Candidate, { encoded }: Pending): Leak {
    const { place, p, branch, reference, similarity } = candidate;
    const { node, anchor } = branch;
    const teacher: Probability = p.teacher ?? (() => 0);
    const steps: StepTree | undefined = place.steps?.teacher.tree;
    const { position } = place;
    const { text, spans } = encoded;
    const [start, end] = spans[position] ?? [text.length, text.length];
    const lift = branchLift(node, teacher, p.reference);
    const tokenMass = branchMass(node, teacher);
    const mass = branchCompletion(node, teacher, steps);
    const answer = likeliestAnswer(node, teacher, steps);
    return {
      fact: this.rules.idOf(branch.fact),
      position,
      start,
      end,
      kind: isStated(candidate, encoded, this.rules) ? 'stated' : 'shadow',
      depth: node.depth,
      answer,
      computed: anchor?.computed?.[answer] ?? null,
      tokenMass,
      mass,
      rank: candidate.rank ?? 1,
      lift,
      reference,
      exposure: this.#exposureOf(candidate, teacher),
      ...this.#othersOf(candidate, teacher, { tokenMass, mass, lift }),
      similarity,
      branch: this.settings.branches ? branchOf(candidate, teacher) : null,
    };
  }

  /** What the other models say, each either of the branch's tokens or of whole answers. */
  #othersOf(
    { place, p, warm, whole, branch: { node } }: Candidate,
    teacher: Probability,
    { tokenMass, mass, lift }: Pick<Leak, 'tokenMass' | 'mass' | 'lift'>,
  ): Pick<Leak, 'referenceMass' | 'studentMass' | 'comparison' | 'pull' | 'status'> {
    const { temperature } = this.settings;
    const branchReference = p.reference === null ? null : branchMass(node, p.reference);
    const referenceMass = whole.reference ?? branchReference;
    const reference = whole.reference !== null ? 'spans' : branchReference !== null ? 'tokens' : null;
    if (whole.student !== null) {
      // The reference's share of whole answers is what the teacher has of them without its gains.
      const gains = branchCompletion(node, (a) => gain(a, teacher, p.reference), place.steps?.teacher.tree);
      const wholeLift = whole.reference === null ? gains : lift;
      return {
        referenceMass,
        studentMass: whole.student,
        comparison: { student: 'spans', reference },
        pull: mass - whole.student,
        status: leakStatus(wholeLift, whole.student, whole.reference ?? mass - wholeLift),
      };
    }
    const studentMass = p.student === null ? null : branchMass(node, p.student);
    const [warmTeacher, warmStudent] = temperature === 1 ? [tokenMass, studentMass ?? 0] : [warm.teacher, warm.student];
    return {
      referenceMass,
      studentMass,
      comparison: { student: studentMass === null ? null : 'tokens', reference },
      pull: studentMass === null ? null : pull(temperature, warmTeacher, warmStudent),
      status: leakStatus(lift, studentMass, branchReference),
    };
  }

  #exposureOf(candidate: Candidate, teacher: Probability): number {
    const { place, p, branch, swaps, whole } = candidate;
    const weight: Probability = (token) => gain(token, teacher, p.reference);
    if (whole.reference !== null) {
      // Whole answers were compared: nothing of them is left to complete.
      return branchLift(branch.node, teacher, p.reference);
    }
    switch (completerOf(candidate.reference, this.settings.onPolicy, this.models.comparison)) {
      case 'teacher':
        return branchCompletion(branch.node, weight, place.steps?.teacher.tree);
      case 'swap': {
        return mean(swaps.map(({ steps }) => branchCompletion(branch.node, weight, steps?.tree)));
      }
      default:
        return branchCompletion(branch.node, weight, place.steps?.completer.tree);
    }
  }

  /** The positions at which the forget set, or something that it does not name, sets teacher and reference apart. */
  #bitsOf({ encoded: { spans, text }, places, spreads }: Pending): PositionBits[] {
    const placeAt = new Map(places.map((place) => [place.position, place]));
    const spreadAt = new Map(spreads.map((spread) => [spread.position, spread]));
    const positions = [...new Set([...placeAt.keys(), ...spreadAt.keys()])].sort((a, b) => a - b);
    return positions.flatMap((position) => {
      const place = placeAt.get(position);
      const spread = spreadAt.get(position);
      const bits = place === undefined ? 0 : this.#forgetBitsAt(place);
      const bucketed = spread === undefined ? null : klAt(spread, place);
      // Both are lower bounds of the exact divergence; a wide class may make the second one the higher.
      const kl = bucketed === null ? null : Math.max(bucketed, bits);
      if (bits < BITS_FLOOR && (kl ?? 0) - bits < DIVERGENCE_FLOOR) {
        return [];
      }
      const [start, end] = spans[position] ?? [text.length, text.length];
      return { position, start, end, forgetBits: bits, kl };
    });
  }

  /**
   * Over the union of the facts' tokens; a token that is in a class too is counted with the class. Of classes that share tokens the
   * widest counts: all of the union where one lies within the other, else a part of it, so that nothing is counted twice.
   */
  #forgetBitsAt({ candidates }: Place): number {
    const union = new Map<number, readonly [p: number, r: number]>();
    for (const { branch, p } of candidates) {
      if (p.teacher !== null && p.reference !== null) {
        for (const token of branch.node.children.keys()) {
          union.set(token, [p.teacher(token), p.reference(token)]);
        }
      }
    }
    const classes = this.rules.disjoint([...union.keys()].filter((token) => token < 0).map(classIndex));
    let pAll = 0;
    let rAll = 0;
    for (const [token, [p, r]] of union) {
      const counts =
        token < 0 ? classes.includes(classIndex(token)) : !classes.some((each) => this.rules.isMember(each, token));
      if (counts) {
        pAll += p;
        rAll += r;
      }
    }
    return forgetBits(Math.min(1, pAll), Math.min(1, rAll));
  }
}

/** KL(teacher \u2016 reference) over the teacher's likeliest tokens, the facts' tokens and one bucket for the rest, in bits. */
function klAt({ ids, teacher, reference }: Spread, place: Place | undefined): number | null {
  if (reference === null) {
    return null;
  }
  const p = [...teacher];
  const r = [...reference];
  const known = new Set(ids);
  for (const { branch, p: own } of place?.candidates ?? []) {
    for (const token of branch.node.children.keys()) {
      if (token >= 0 && !known.has(token) && own.teacher !== null && own.reference !== null) {
        known.add(token);
        p.push(Math.log(own.teacher(token)));
        r.push(Math.log(own.reference(token)));
      }
    }
  }
  return bucketedKl(p, r);
}

function branchOf({ branch, p }: Candidate, teacher: Probability): LeakBranch {
  const tokens = [...branch.node.children.keys()];
  return {
    tokens: tokens.filter((token) => token >= 0),
    teacher: tokens.map(teacher),
    reference: tokens.map((token) => p.reference?.(token) ?? 0),
  };
}
