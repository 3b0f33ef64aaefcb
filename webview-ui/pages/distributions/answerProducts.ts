import type { AnswerStep } from '../../../src/protocol/engine';
import { MODELS } from './models';
import type { Model } from './positionView';

/** A step, and the probability of the answer up to and with it in each model; null where the model has no part in it. */
export interface StepSoFar {
  readonly step: AnswerStep;
  readonly product: Readonly<Record<Model, number | null>>;
}

export function productsAlong(way: readonly AnswerStep[]): StepSoFar[] {
  const product: Record<Model, number | null> = { teacher: 1, student: 1, reference: 1 };
  return way.map((step) => {
    for (const model of MODELS) {
      const p = step[model];
      const before = product[model];
      product[model] = p === null || before === null ? null : before * p;
    }
    return { step, product: { ...product } };
  });
}
