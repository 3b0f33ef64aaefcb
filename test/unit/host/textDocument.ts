import type { TextDocument } from 'vscode';

type Lines = Pick<TextDocument, 'version' | 'lineCount' | 'eol' | 'lineAt' | 'offsetAt' | 'positionAt'>;

/** A document of VS Code, as far as its lines and offsets go; one kind of line end throughout, as there. */
export function textDocument(text: string, eol: '\n' | '\r\n', version = 2): Lines {
  const lines = text.split(eol);
  const starts = lines.map((_, line) => lines.slice(0, line).reduce((sum, each) => sum + each.length + eol.length, 0));
  const lineAt = (at: unknown) => {
    const line = Number(at);
    const [start, end] = [0, lines[line]?.length ?? 0].map((character) => ({ line, character }));
    return { text: lines[line], range: { start, end } };
  };
  return {
    version,
    lineCount: lines.length,
    eol: eol.length,
    lineAt,
    offsetAt: ({ line, character }: { line: number; character: number }) => (starts[line] ?? 0) + character,
    positionAt: (offset: number) => {
      const line = starts.findLastIndex((start) => start <= offset);
      return { line, character: offset - (starts[line] ?? 0) };
    },
  } as unknown as Lines;
}
