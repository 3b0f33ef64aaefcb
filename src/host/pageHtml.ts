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
}

/** The shell of every page: it may load its own script and style and nothing else. No part of it comes from a corpus. */
export function pageHtml({ title, script, style, styleSource, nonce }: PageParts): string {
  const policy = `default-src 'none'; style-src ${styleSource}; script-src 'nonce-${nonce}'`;
  return `<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<link rel="stylesheet" href="${style}">
<title>${title}</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${script}"></script>
</body>
</html>`;
}
