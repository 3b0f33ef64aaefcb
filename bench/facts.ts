import { FACT_DEFAULTS, type Fact } from '../src/core/forget/fact';
import { BenchEngine, demoFacts, demoModels, demoTexts } from './engines';
import { timeRatio } from './ratio';

const MANY = 10_000;

/** Facts about subjects that the corpus does not name, with answers from the same cities. */
function others(count: number): Fact[] {
  const answers = demoFacts.flatMap((fact) => fact.answers);
  return Array.from({ length: count }, (_, i) => ({
    ...FACT_DEFAULTS,
    id: `other-${i}`,
    subjects: [`Company ${i} Holding`],
    answers: [answers[i % answers.length] ?? ''],
    prompts: [`The data center of Company ${i} Holding is in`],
    line: i + 1,
  }));
}

/** What ten thousand facts cost beside ten, and other subjects beside a reference model. */
export async function factMeasures(): Promise<Record<string, number>> {
  const few = demoFacts.slice(0, 10);
  const many = [...few, ...others(MANY - few.length)];
  const engines = {
    few: await BenchEngine.open(demoModels, few),
    many: await BenchEngine.open(demoModels, many),
    alone: await BenchEngine.open({ ...demoModels, reference: null }, few),
  };
  try {
    const scan = (name: keyof typeof engines, swap: boolean) => () =>
      engines[name].scan(demoTexts, swap ? { swap: { subjects: [], count: 4 } } : {});
    return {
      facts_10k_vs_10: await timeRatio(scan('many', false), scan('few', false)),
      swap_vs_model: await timeRatio(scan('alone', true), scan('few', false)),
      unattributed_vs_plain: await timeRatio(
        () => engines.few.scan(demoTexts, { unattributed: true }),
        scan('few', false),
      ),
    };
  } finally {
    await Promise.all(Object.values(engines).map((engine) => engine.dispose()));
  }
}
