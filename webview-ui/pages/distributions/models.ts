import { t } from '../../../src/core/l10n';
import type { Divergence } from '../../../src/protocol/engine';
import type { Model } from './positionView';

/** In the order of their columns. */
export const MODELS: readonly Model[] = ['teacher', 'student', 'reference'];

export const NAMES: Readonly<Record<Model, string>> = {
  teacher: t('Teacher'),
  student: t('Student'),
  reference: t('Reference'),
};

export const DIVERGENCES: readonly {
  readonly key: keyof Divergence;
  readonly name: string;
  readonly meaning: string;
}[] = [
  { key: 'kl', name: t('KL teacher ‖ model'), meaning: t('what the model lacks of the teacher') },
  { key: 'reverseKl', name: t('KL model ‖ teacher'), meaning: t('what it believes and the teacher does not') },
  { key: 'js', name: t('JS'), meaning: t('difference both ways; at most 1 bit') },
];
