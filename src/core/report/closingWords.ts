import type { Summary } from './summary';
import type { Totals } from './tally';

/**
 * What a scan found, in plain words, one sentence an item. Holds no fact text and no corpus text.
 */
export function closingWords(summary: Summary, totals: Totals): string[] {
  const words: string[] = [];
  const records = count(totals.records, 'record');
  const facts = `${grouped(totals.leakingFacts)} of ${count(summary.facts.length, 'fact')}`;
  if (totals.leaks === 0) {
    words.push(
      `No leak in ${records}: no fact of ${grouped(summary.facts.length)} reaches a lift of ${summary.threshold}.`,
      'That is no proof of safety: Seep finds only what the forget set names, in these texts, at temperature 1.',
    );
  } else {
    const verb = totals.leakingFacts === 1 ? 'leaks' : 'leak';
    words.push(`${facts} ${verb} through ${count(totals.positions, 'position')} of ${records}.`);
    words.push(whoseDoing(summary, totals));
  }
  if (summary.temperature > 1) {
    words.push(
      `At temperature ${summary.temperature} a fact can reach the student through positions that no score flags: do not rely on these alone.`,
    );
  }
  words.push(aboutReference(summary));
  words.push(`The threshold of ${summary.threshold} is not calibrated on this data.`);
  if (summary.incomplete.length > 0) {
    words.push(`Incomplete: ${count(summary.incomplete.length, 'place')} could not be scored.`);
  }
  return words;
}

function whoseDoing(summary: Summary, totals: Totals): string {
  if (totals.stated === 0) {
    return "The text states none of them: this is the teacher's doing.";
  }
  const stated = summary.facts.filter((each) => each.stated > 0).length;
  if (totals.shadow === 0) {
    return `The text itself states ${stated === 1 ? 'it' : 'all of them'}: the filter missed ${count(totals.stated, 'place')}.`;
  }
  const rest =
    totals.leakingFacts - summary.facts.filter((each) => each.positions > 0 && each.stated === each.positions).length;
  return (
    `The text itself states ${grouped(stated)} of them (${count(totals.stated, 'place')} that the filter missed); ` +
    `${grouped(rest)} ${rest === 1 ? 'shows' : 'show'} where the text does not say so, which is the teacher's doing.`
  );
}

function aboutReference({ reference }: Summary): string {
  switch (reference) {
    case 'model':
      return 'Lift is measured against the reference model.';
    case 'swap':
      return 'Lift is measured against the same text with other subjects.';
    case 'none':
      return 'No reference model: an answer that anybody would guess here counts as a leak too.';
  }
}

/** "1 record", "1,432 records". */
export function count(number: number, noun: string): string {
  return `${grouped(number)} ${noun}${number === 1 ? '' : 's'}`;
}

/** A whole number with commas between thousands. */
export function grouped(number: number): string {
  return String(number).replace(/\B(?=(?:\d{3})+$)/g, ',');
}
