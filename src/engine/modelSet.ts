import { SeepError } from '../core/errors';
import type { OpenParams, OpenResult } from '../protocol/engine';
import { Model } from './model';
import { readModelFolder } from './modelFolder';
import type { SessionChoice } from './sessionOptions';

/** The loaded models that a scan compares. */
export interface ModelSet {
  readonly teacher: Model;
  readonly student: Model | null;
  readonly reference: Model | null;
  /** Longest input in tokens that all of them take. */
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
    checkComparable(teacher, student, 'student');
    checkComparable(teacher, reference, 'reference');
    return { teacher, student, reference, longestInput: Math.min(...loaded.map((model) => model.longestInput)) };
  } catch (error) {
    await Promise.all(loaded.map((model) => model.release()));
    throw error;
  }
}

/** Distributions are compared token by token, so a token's id must mean the same to both. */
function checkComparable(teacher: Model, other: Model | null, role: string): void {
  const token = other?.tokenizer.differenceFrom(teacher.tokenizer) ?? null;
  if (other !== null && token !== null) {
    const message = `${other.info.folder}: the ${role}'s tokenizer differs from the teacher's (for example in ${JSON.stringify(token)}), so their distributions cannot be compared token by token. Use models that share a tokenizer.`;
    throw new SeepError('model', message, other.info.folder);
  }
  if (other !== null && other.info.vocabulary < teacher.info.tokenizerVocabulary) {
    const message = `${other.info.folder}: the ${role} has logits for ${other.info.vocabulary} tokens, the teacher's tokenizer has ${teacher.info.tokenizerVocabulary}. Use models that share a tokenizer.`;
    throw new SeepError('model', message, other.info.folder);
  }
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
export function describeModels({ teacher, student, reference }: ModelSet): Pick<OpenResult, 'models' | 'notices'> {
  const notices: string[] = [];
  for (const [role, model] of [
    ['student', student],
    ['reference', reference],
  ] as const) {
    if (model !== null && model.info.bos !== teacher.info.bos) {
      notices.push(
        `${model.info.folder}: the ${role}'s own files put ${model.info.bos ?? 'nothing'} before a text, the teacher's ${teacher.info.bos ?? 'nothing'}; the teacher's way is used for both.`,
      );
    }
  }
  for (const model of [teacher, student, reference]) {
    notices.push(...(model?.notices ?? []));
  }
  return {
    models: { teacher: teacher.info, student: student?.info ?? null, reference: reference?.info ?? null },
    notices,
  };
}
