import type { Divergence } from '../../../src/protocol/engine';
import type { Model } from './positionView';

/** In the order of their columns. */
export const MODELS: readonly Model[] = ['teacher', 'student', 'reference'];

export const NAMES: Readonly<Record<Model, string>> = {
  teacher: 'Teacher',
  student: 'Student',
  reference: 'Reference',
};

export const DIVERGENCES: readonly {
  readonly key: keyof Divergence;
  readonly name: string;
  readonly meaning: string;
}[] = [
  { key: 'kl', name: 'KL teacher ‖ model', meaning: 'what the model lacks of the teacher' },
  { key: 'reverseKl', name: 'KL model ‖ teacher', meaning: 'what it believes and the teacher does not' },
  { key: 'js', name: 'JS', meaning: 'difference both ways; at most 1 bit' },
];
