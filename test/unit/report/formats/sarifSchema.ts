import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv, type ValidateFunction } from 'ajv';
import { repoRoot } from '../../../repoRoot';

interface PhysicalLocation {
  readonly artifactLocation: { readonly uri: string; readonly uriBaseId?: string };
  readonly region?: Readonly<Record<string, number>>;
}

interface Located {
  readonly message: { readonly text: string };
  readonly locations: readonly { readonly physicalLocation: PhysicalLocation }[];
}

/** A SARIF log as far as Seep writes one. */
export interface SarifLog {
  readonly runs: readonly {
    readonly results: readonly (Located & {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly suppressions?: readonly { readonly justification?: string }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
      readonly properties: Readonly<Record<string, unknown>>;
    })[];
    readonly invocations: readonly { readonly toolExecutionNotifications: readonly Located[] }[];
  }[];
}

/** The official schema, which allows nothing that it does not name but in property bags. Draft 4, as far as it matters here as the newer ones. */
function compile(): ValidateFunction<SarifLog> {
  const path = join(repoRoot, 'test/fixtures/sarif/sarif-2.1.0-rtm.5.json');
  const { $schema, id, ...schema } = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  const ajv = new Ajv({ allErrors: true, strict: false, unicodeRegExp: false });
  ajv.addFormat('uri', (uri: string) => isUriText(uri) && URL.canParse(uri));
  ajv.addFormat('uri-reference', (uri: string) => isUriText(uri) && URL.canParse(uri, 'file:///'));
  ajv.addFormat('date-time', (time: string) => !Number.isNaN(Date.parse(time)));
  return ajv.compile<SarifLog>(schema);
}

/** Whether a text has only characters that a URI may have (RFC 3986). */
function isUriText(text: string): boolean {
  return /^(?:[\w\-.~:/?#[\]@!$&'()*+,;=]|%[\dA-Fa-f]{2})*$/.test(text);
}

const validate = compile();

export function checkSarif(log: unknown): asserts log is SarifLog {
  assert.ok(
    validate(log),
    validate.errors?.map(({ instancePath, message }) => `${instancePath} ${message}`).join('\n'),
  );
}
