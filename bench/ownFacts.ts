import { EngineClient } from '../src/client/engineClient';
import { FACT_DEFAULTS, type Fact } from '../src/core/forget/fact';
import { LIFT_FLOOR } from '../src/core/score/leak';
import { enginePath } from './engines';
import { READ_TO, tokenizerIn } from './workload';

const ANSWERS = 3;

function subjectOf(record: number): string {
  return `Record ${record}`;
}

/** The text of a record that names a subject of its own first. */
export function withSubject(text: string, record: number): string {
  return `${subjectOf(record)}: ${text}`;
}

/**
 * For each text a fact about its own subject whose answers are what the teacher finds likely near its end, so that both models have to
 * read it all; null where it finds nothing of the kind likely there. Answers are single tokens: completing longer ones is work that
 * others do not do.
 */
export async function ownFacts(texts: readonly string[], teacher: string): Promise<(Fact | null)[]> {
  const tokenizer = tokenizerIn(teacher);
  const isOneToken = (answer: string) =>
    /^[a-z]+$/i.test(answer) && tokenizer.answerPaths([answer]).every(({ tokens }) => tokens.length === 1);
  const client = new EngineClient({ enginePath, log: () => {} });
  const facts: (Fact | null)[] = [];
  try {
    await client.open({ teacher, student: null, reference: null, provider: 'cpu' });
    for (const [i, text] of texts.entries()) {
      let answers: readonly string[] | null = null;
      const length = tokenizer.encode(text).ids.length;
      for (let position = length; answers === null && position > length * READ_TO; position--) {
        const { rows } = await client.inspect({ text, at: { position }, temperature: 1, topK: 200 });
        const likely = rows.filter((row) => row.text.startsWith(' ') && isOneToken(row.text.trim())).slice(0, ANSWERS);
        const mass = likely.reduce((sum, row) => sum + row.teacher.p, 0);
        answers = mass < 2 * LIFT_FLOOR ? null : likely.map((row) => row.text.trim());
      }
      facts.push(answers && { ...FACT_DEFAULTS, id: `fact-${i}`, subjects: [subjectOf(i)], answers, line: i + 1 });
    }
  } finally {
    await client.dispose();
  }
  return facts;
}
