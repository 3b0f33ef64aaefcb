import { t } from '../../../../src/core/l10n';
import { probability, rankLabel } from '../../../numbers';
import { MODELS, NAMES } from '../models';
import { type PositionView, rowsOf, type TableRow } from '../positionView';
import { type ScaleKind, viewScale } from '../probabilityScale';
import { asText, explain } from '../sentence';
import { contextText, placeText, tokenText } from './viewText';

/** In CSS pixels; the picture has twice as many. */
const WIDTH = 900;
const EDGE = 20;
const ROW = 22;
const TOKEN = 230;
const GAP = 16;
const FIGURES = 120;
const BAR = 10;
const PIXELS = 2;

/**
 * Draws the distributions at one position in the colours of the page: place, text around the token, sentence, bars and numbers.
 * @returns a PNG in base64
 */
export function viewPicture(view: PositionView, scaleKind: ScaleKind): string {
  const canvas = document.createElement('canvas');
  const pen = canvas.getContext('2d');
  if (pen === null) {
    throw new Error('This browser draws no pictures.');
  }
  const ink = inkOf(document.body);
  const inner = WIDTH - 2 * EDGE;
  pen.font = ink.sans;
  const sentence = wrapped(pen, asText(explain(view)), inner);
  const rows = rowsOf(view);
  // Place, context, a free line, the models' names, the rest.
  const height = 2 * EDGE + ROW * (sentence.length + rows.length + 5);
  canvas.width = WIDTH * PIXELS;
  canvas.height = height * PIXELS;
  pen.scale(PIXELS, PIXELS);
  pen.fillStyle = ink.color('--vscode-editor-background');
  pen.fillRect(0, 0, WIDTH, height);
  pen.textBaseline = 'middle';

  const text = ink.color('--vscode-foreground');
  const quiet = ink.color('--quiet');
  let y = EDGE + ROW / 2;
  const write = (words: string, color: string, font: string, x = EDGE, width = inner) => {
    pen.font = font;
    pen.fillStyle = color;
    pen.fillText(fitting(pen, words, width), x, y);
  };
  write(placeText(view), quiet, ink.sans);
  y += ROW;
  write(contextText(view), text, ink.mono);
  y += ROW;
  for (const line of sentence) {
    write(line, text, ink.sans);
    y += ROW;
  }

  const scale = viewScale(scaleKind, view);
  const columns = MODELS.filter((model) => view[model] !== null).map((model, i, present) => {
    const width = (inner - TOKEN) / present.length;
    return { model, x: EDGE + TOKEN + i * width + GAP, bar: width - GAP - FIGURES, color: ink.color(`--${model}`) };
  });
  const cell = ({ x, bar }: { x: number; bar: number }, p: number, color: string, figures: string) => {
    pen.fillStyle = color;
    pen.fillRect(x, y - BAR / 2, Math.max(p > 0 ? 1 : 0, scale.at(p) * bar), BAR);
    write(figures, text, ink.sans, x + bar + GAP / 2, FIGURES - GAP / 2);
  };
  y += ROW;
  write(t('Token'), quiet, ink.sans);
  for (const { model, x, bar } of columns) {
    write(NAMES[model], text, ink.sansBold, x, bar + FIGURES);
  }
  y += ROW;
  for (const row of rows) {
    write(tokenText(row.text) + noteOf(row), text, row.leads.length > 0 ? ink.monoBold : ink.mono, EDGE, TOKEN);
    for (const column of columns) {
      const share = row[column.model];
      if (share !== null) {
        cell(column, share.p, column.color, `${probability(share.p)}  ${rankLabel(share.rank)}`);
      }
    }
    y += ROW;
  }
  write(t('rest of the vocabulary'), quiet, ink.sans);
  for (const column of columns) {
    const rest = view[column.model]?.rest ?? 0;
    cell(column, rest, quiet, probability(rest));
  }
  return canvas.toDataURL('image/png').replace(/^.*,/, '');
}

/** Told apart without the colours of the page's badges. */
function noteOf(row: TableRow): string {
  return row.leads.length > 0 ? ` → ${t('forgotten')}` : row.actual ? ` · ${t('in the text')}` : '';
}

/** The page's fonts and colours: a canvas knows no variables, so that an element must resolve them. */
function inkOf(body: HTMLElement) {
  const { fontSize, fontFamily } = getComputedStyle(body);
  const monoFamily = resolved(body, 'fontFamily', 'var(--mono)');
  return {
    sans: `${fontSize} ${fontFamily}`,
    sansBold: `bold ${fontSize} ${fontFamily}`,
    mono: `${fontSize} ${monoFamily}`,
    monoBold: `bold ${fontSize} ${monoFamily}`,
    color: (variable: string) => resolved(body, 'color', `var(${variable})`),
  };
}

function resolved(body: HTMLElement, property: 'color' | 'fontFamily', value: string): string {
  const probe = document.createElement('span');
  probe.style[property] = value;
  body.append(probe);
  const found = getComputedStyle(probe)[property];
  probe.remove();
  return found;
}

/** The text in lines of at most `width`. */
function wrapped(pen: CanvasRenderingContext2D, text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && pen.measureText(longer).width > width) {
      lines.push(line);
      line = word;
    } else {
      line = longer;
    }
  }
  return [...lines, line];
}

/** The text, or as much of it as `width` has room for. */
function fitting(pen: CanvasRenderingContext2D, text: string, width: number): string {
  if (pen.measureText(text).width <= width) {
    return text;
  }
  const characters = [...text];
  while (characters.length > 0 && pen.measureText(`${characters.join('')}…`).width > width) {
    characters.pop();
  }
  return `${characters.join('')}…`;
}
