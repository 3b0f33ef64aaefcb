import { SeepError } from '../core/errors';
import type { ModelRole, OpenParams, OpenResult } from '../protocol/engine';
import { Model } from './model';
import { readModelFolder } from './modelFolder';

/** The loaded models that a scan compares. */
export interface ModelSet {
  readonly teacher: Model;
  readonly student: Model | null;
  readonly reference: Model | null;
  /** Longest input in tokens that all of them take. */
  readonly context: number;
}

/** @throws SeepError('model') that names the file and the mend; nothing stays loaded then */
export async function loadModels(params: OpenParams, provider: string, threads: number): Promise<ModelSet> {
  const loaded: Model[] = [];
  const load = async (role: ModelRole): Promise<Model | null> => {
    const path = params[role];
    if (path === null) {
      return null;
    }
    const model = await Model.load(await readModelFolder(path), provider, threads);
    loaded.push(model);
    return model;
  };
  try {
    const teacher = (await load('teacher')) as Model;
    const student = await load('student');
    const reference = await load('reference');
    for (const [role, model] of [
      ['student', student],
      ['reference', reference],
    ] as const) {
      if (model !== null && !model.tokenizer.sharesVocabularyWith(teacher.tokenizer)) {
        const message = `${model.info.folder}: the ${role}'s tokenizer differs from the teacher's, so their distributions cannot be compared token by token. Use models that share a tokenizer.`;
        throw new SeepError('model', message, model.info.folder);
      }
    }
    return { teacher, student, reference, context: Math.min(...loaded.map(({ info }) => info.context)) };
  } catch (error) {
    await Promise.all(loaded.map((model) => model.release()));
    throw error;
  }
}

export async function releaseModels({ teacher, student, reference }: ModelSet): Promise<void> {
  await Promise.all([teacher, student, reference].map((model) => model?.release()));
}

/** What to tell about a model set, apart from the provider. */
export function describeModels({ teacher, student, reference }: ModelSet): Pick<OpenResult, 'models' | 'notices'> {
  const notices: string[] = [];
  if (reference === null) {
    notices.push(
      'No reference model: lift is the teacher\u2019s whole mass on an answer, so answers that anybody would guess count as leaks.',
    );
  }
  for (const model of [teacher, student, reference]) {
    if (model !== null && model.info.vocabulary > model.info.tokenizerVocabulary) {
      const { folder, vocabulary, tokenizerVocabulary } = model.info;
      notices.push(`${folder}: ${vocabulary} logits for ${tokenizerVocabulary} tokens; the rest is padding.`);
    }
  }
  return {
    models: { teacher: teacher.info, student: student?.info ?? null, reference: reference?.info ?? null },
    notices,
  };
}
