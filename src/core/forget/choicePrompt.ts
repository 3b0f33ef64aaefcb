/** As many as there are letters for. */
export const MAX_CHOICES = 26;

/** The letter of a choice, counted from 0. */
export function choiceLetter(index: number): string {
  return String.fromCharCode(0x41 + index);
}

/** Question and choices as multiple-choice tests such as WMDP and MMLU put them to a model; the letter would come next. */
export function choicePrompt(question: string, choices: readonly string[]): string {
  return [question, ...choices.map((choice, index) => `${choiceLetter(index)}. ${choice}`), 'Answer:'].join('\n');
}

/**
 * Regular expression (flag u) for what stands right before the letter of an answer: "Answer:", "the answer is", with or without an opening
 * parenthesis behind it.
 */
export const BEFORE_LETTER = String.raw`\b(?:[Aa]nswer|ANSWER)(?:\s*[:\uff1a]|\s+is\b(?:\s*[:\uff1a])?)(?:\s*\()?`;
