import { SeepError } from '../core/errors';
import { grouped, t } from '../core/l10n';
import type { Comparison, OpenParams, OpenResult } from '../protocol/engine';
import { Model } from './model';
import { readModelFolder } from './modelFolder';
import type { SessionChoice } from './sessionOptions';

/** The loaded models that a scan compares. */
export interface ModelSet {
  readonly teacher: Model;
  readonly student: Model | null;
  readonly reference: Model | null;
  /** How the teacher is compared with either. */
  readonly comparison: OpenResult['comparison'];
  /** Longest input in tokens that all take that share the teacher's tokenizer. */
  readonly longestInput: number;
}

/** @throws SeepError('model') that names the file and the mend; nothing stays loaded then */
export async function loadModels(params: OpenParams, choice: SessionChoice): Promise<ModelSet> {
  const loaded: Model[] = [];
  const load = async (path: string): Promise<Model> => {
    const model = await Model.load(await readModelFolder(path), choice);
    loaded.push(model);
    return model;
  };
  try {
    const teacher = await load(params.teacher);
    const student = params.student === null ? null : await load(params.student);
    const reference = params.reference === null ? null : await load(params.reference);
    const comparison = {
      student: student && comparisonOf(teacher, student),
      reference: reference && comparisonOf(teacher, reference),
    };
    const models = { teacher, student, reference, comparison };
    return { ...models, longestInput: Math.min(...sharedModels(models).map((model) => model.longestInput)) };
  } catch (error) {
    await Promise.all(loaded.map((model) => model.release()));
    throw error;
  }
}

/** Token by token where a token's id means the same to both, else over the characters of whole answers. */
function comparisonOf(teacher: Model, other: Model): Comparison {
  if (other.tokenizer.differenceFrom(teacher.tokenizer) !== null) {
    return 'spans';
  }
  if (other.info.vocabulary < teacher.info.tokenizerVocabulary) {
    const message = t(
      "{0}: this model has logits for {1} tokens, the teacher's tokenizer has {2}. Put the model's own tokenizer.json into its folder, or export it again.",
      other.info.folder,
      grouped(other.info.vocabulary),
      grouped(teacher.info.tokenizerVocabulary),
    );
    throw new SeepError('model', message, other.info.folder);
  }
  return 'tokens';
}

/** The teacher, and the models that share its tokenizer. */
export function sharedModels({ teacher, student, reference, comparison }: Omit<ModelSet, 'longestInput'>): Model[] {
  const others = [
    { model: student, by: comparison.student },
    { model: reference, by: comparison.reference },
  ];
  return [teacher, ...others.flatMap(({ model, by }) => (model !== null && by === 'tokens' ? [model] : []))];
}

/** @throws SeepError('model') where what the models have just computed may be wrong */
export function assertUnchanged({ teacher, student, reference }: ModelSet): void {
  for (const model of [teacher, student, reference]) {
    model?.assertUnchanged();
  }
}

export async function releaseModels({ teacher, student, reference }: ModelSet): Promise<void> {
  await Promise.all([teacher, student, reference].map((model) => model?.release()));
}

/** What to tell about a model set, apart from the provider. */
export function describeModels({
  teacher,
  student,
  reference,
  comparison,
}: ModelSet): Pick<OpenResult, 'models' | 'comparison' | 'notices'> {
  const notices: string[] = [];
  for (const [role, model] of [
    ['student', student],
    ['reference', reference],
  ] as const) {
    if (model !== null && comparison[role] === 'spans') {
      const token = JSON.stringify(model.tokenizer.differenceFrom(teacher.tokenizer));
      notices.push(
        t(
          "{0}: this model's tokenizer is not the teacher's (they differ for example in {1}), so the two are compared over character spans: by the probability of whole answers, each in its own tokens.",
          model.info.folder,
          token,
        ),
      );
    } else if (model !== null && model.info.bos !== teacher.info.bos) {
      notices.push(
        t(
          "{0}: this model's own files put {1} before a text, the teacher's {2}; the teacher's way is used for both.",
          model.info.folder,
          model.info.bos ?? t('nothing'),
          teacher.info.bos ?? t('nothing'),
        ),
      );
    }
  }
  for (const model of [teacher, student, reference]) {
    notices.push(...(model?.notices ?? []));
  }
  return {
    models: { teacher: teacher.info, student: student?.info ?? null, reference: reference?.info ?? null },
    comparison,
    notices,
  };
}
