import assert from 'node:assert/strict';
import { Ajv } from 'ajv';

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

const strict = (properties: object, ...required: string[]) => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const list = (items: object) => ({ type: 'array', items });
const text = { type: 'string' };
const whole = (minimum: number) => ({ type: 'integer', minimum });
const LEVEL = { enum: ['none', 'note', 'warning', 'error'] };
const MESSAGE = strict({ text }, 'text');
const LOCATION = strict({
  physicalLocation: strict(
    {
      artifactLocation: strict({
        uri: { type: 'string', pattern: "^[A-Za-z0-9\\-._~:/?#@!$&'()*+,;=%]*$" },
        uriBaseId: text,
      }),
      region: strict({
        startLine: whole(1),
        startColumn: whole(1),
        endLine: whole(1),
        endColumn: whole(1),
        charOffset: whole(0),
        charLength: whole(0),
      }),
    },
    'artifactLocation',
  ),
});

/** The part of the SARIF 2.1.0 schema that a log of Seep can touch, with nothing else allowed. */
const SCHEMA = strict(
  {
    version: { const: '2.1.0' },
    $schema: text,
    runs: list(
      strict(
        {
          tool: strict(
            {
              driver: strict(
                {
                  name: text,
                  version: text,
                  rules: list(
                    strict(
                      {
                        id: text,
                        name: text,
                        shortDescription: MESSAGE,
                        fullDescription: MESSAGE,
                        defaultConfiguration: strict({ level: LEVEL }),
                      },
                      'id',
                    ),
                  ),
                },
                'name',
              ),
            },
            'driver',
          ),
          columnKind: { enum: ['utf16CodeUnits', 'unicodeCodePoints'] },
          originalUriBaseIds: { type: 'object', additionalProperties: strict({ uri: text, description: MESSAGE }) },
          results: list(
            strict(
              {
                ruleId: text,
                ruleIndex: whole(0),
                level: LEVEL,
                rank: { type: 'number', minimum: 0, maximum: 100 },
                message: MESSAGE,
                locations: list(LOCATION),
                partialFingerprints: { type: 'object', additionalProperties: text },
                suppressions: list(
                  strict(
                    { kind: { enum: ['inSource', 'external'] }, status: { enum: ['accepted'] }, justification: text },
                    'kind',
                  ),
                ),
                properties: { type: 'object' },
              },
              'message',
            ),
          ),
          invocations: list(
            strict(
              {
                executionSuccessful: { type: 'boolean' },
                commandLine: text,
                toolExecutionNotifications: list(
                  strict({ level: LEVEL, message: MESSAGE, locations: list(LOCATION) }, 'message'),
                ),
              },
              'executionSuccessful',
            ),
          ),
          properties: { type: 'object' },
        },
        'tool',
      ),
    ),
  },
  'version',
  'runs',
);

const ajv = new Ajv({ allErrors: true });
const validate = ajv.compile<SarifLog>(SCHEMA);

export function checkSarif(log: unknown): asserts log is SarifLog {
  assert.ok(validate(log), ajv.errorsText(validate.errors));
}
