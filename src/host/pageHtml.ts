import type { Language } from '../core/l10n';

/** Where a page's files are, and what may run in it. */
export interface PageParts {
  readonly title: string;
  /** Addresses that the page can load. */
  readonly script: string;
  readonly style: string;
  /** Where styles may come from. */
  readonly styleSource: string;
  /** Lets this one script run. */
  readonly nonce: string;
  /** What the page speaks. */
  readonly language: Language;
}

/** The shell of every page: it may load its own script and style and nothing else. No part of it comes from a corpus. */
export function pageHtml({ title, script, style, styleSource, nonce, language }: PageParts): string {
  const policy = `default-src 'none'; style-src ${styleSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="${language.tag}">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title}</title>
</head>
<body>
<div id="root"></div>
<script type="application/json" id="language">${dataBlock(language)}</script>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}

/** JSON that cannot end the script element it stands in. */
function dataBlock(data: unknown): string {
  return JSON.stringify(data).replaceAll('<', '\\u003c');
}
