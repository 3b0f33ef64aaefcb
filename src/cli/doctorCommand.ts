import { version } from '../../package.json';
import { findCorpusFiles } from '../client/corpusFiles';
import type { EngineClient } from '../client/engineClient';
import { loadForgetSet, loadSettings, type ProjectSettings } from '../client/project';
import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { classWarnings, forgetSetWarnings } from '../core/forget/warnings';
import { visibleJson } from '../core/report/visibleText';
import { type OpenParams, type OpenResult, PLAIN_SCAN } from '../protocol/engine';
import { type DoctorReport, ROLES } from './doctorReport';
import { doctorText } from './doctorText';
import { createEngine, type Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { StreamOutput } from './output';
import { shownPath } from './paths';
import { configPathOf, overridesOf, type ProjectFlags } from './projectFlags';
import { styleFor } from './terminal';

export const DOCTOR_FORMATS = ['table', 'json'] as const;

export interface DoctorFlags extends ProjectFlags {
  readonly format: (typeof DOCTOR_FORMATS)[number];
}

/** `seep doctor`: looks at everything that a scan needs, and goes on where something is broken. */
export async function doctorCommand(flags: DoctorFlags, environment: Environment): Promise<ExitCode> {
  const engine = createEngine(environment);
  const output = new StreamOutput(environment.stdout);
  try {
    const report = await new Doctor(engine, environment.signal).examine(flags);
    await output.write(
      flags.format === 'json' ? `${visibleJson(report, 2)}\n` : doctorText(report, styleFor(environment.stdout)),
    );
    return report.ok ? EXIT.clean : EXIT.error;
  } finally {
    await engine.dispose();
  }
}

/** Text that is hard on a tokenizer: runs of spaces, accents composed and not, other scripts, an emoji of several characters. */
const TOKENIZER_TRIAL = 'Seep  reads “this”:\n\tnaïve, cafe\u0301, Straße, 数据中心, ١٢٣, 👩🏽‍🚀 and 12,345.67 €.';

class Doctor {
  readonly #report: DoctorReport = {
    schema: 'seep.doctor/1',
    ok: false,
    seep: version,
    node: process.versions.node,
    platform: `${process.platform}-${process.arch}`,
    runtime: null,
    provider: null,
    config: null,
    models: { teacher: null, student: null, reference: null },
    tokenizer: null,
    forgetSet: null,
    corpus: null,
    notices: [],
    problems: [],
  };

  constructor(
    private readonly engine: EngineClient,
    private readonly signal: AbortSignal,
  ) {}

  async examine(flags: DoctorFlags): Promise<DoctorReport> {
    const report = this.#report;
    const hello = await this.#attempt(() => this.engine.hello());
    if (hello !== null) {
      report.runtime = { onnxruntime: hello.onnxruntime, providers: hello.providers };
    }
    const configPath = configPathOf(flags);
    report.config = configPath && shownPath(configPath);
    const settings = await this.#attempt(() => loadSettings(configPath, overridesOf(flags), shownPath));
    if (settings !== null) {
      const facts = await this.#examineForgetSet(settings);
      await this.#examineCorpus(settings);
      if (hello !== null) {
        await this.#examineModels(settings, facts);
      }
    }
    report.ok = report.problems.length === 0;
    return report;
  }

  async #examineForgetSet({ forgetSetPath, configPath, teacher }: ProjectSettings): Promise<Fact[] | null> {
    if (forgetSetPath === null) {
      if (configPath !== null || teacher !== null) {
        this.#report.problems.push(`No forget set: give --forget FILE${inConfig('forgetSet', configPath)}.`);
      }
      return null;
    }
    const loaded = await this.#attempt(() => loadForgetSet(forgetSetPath, shownPath));
    const facts = loaded?.facts ?? null;
    if (facts !== null) {
      this.#report.forgetSet = {
        file: shownPath(forgetSetPath),
        facts: facts.length,
        subjects: new Set(facts.flatMap((fact) => fact.subjects)).size,
        answers: new Set(facts.flatMap((fact) => fact.answers)).size,
        unscorable: [],
        warnings: forgetSetWarnings(facts),
      };
    }
    return facts;
  }

  async #examineCorpus(settings: ProjectSettings): Promise<void> {
    const { configPath, corpus } = settings;
    if (configPath === null) {
      return;
    }
    const files = await this.#attempt(() => findCorpusFiles(settings));
    if (files !== null) {
      this.#report.corpus = { files: files.length };
      if (files.length === 0) {
        const patterns = corpus.include.map((each) => JSON.stringify(each)).join(', ');
        this.#report.problems.push(`${shownPath(configPath)}: no file matches "corpus.include" (${patterns})`);
      }
    }
  }

  async #examineModels(settings: ProjectSettings, facts: readonly Fact[] | null): Promise<void> {
    const report = this.#report;
    const { teacher, student, reference, provider, configPath, forgetSetPath } = settings;
    if (teacher === null) {
      if (configPath !== null || forgetSetPath !== null || student !== null || reference !== null) {
        report.problems.push(`No teacher model: give --teacher DIR${inConfig('teacher', configPath)}.`);
      }
      return;
    }
    const opened = await this.#open({ teacher, student, reference, provider });
    if (opened === null) {
      return;
    }
    report.notices.push(...opened.notices);
    report.models = opened.models;
    const autoPicks =
      provider === 'auto' ? opened.provider : await this.#autoPick({ teacher, student, reference, provider });
    report.provider = { asked: provider, used: opened.provider, autoPicks };
    await this.#attempt(() => this.#tryForgetSet(facts));
    await this.#attempt(() => this.#tryTokenizer());
  }

  /** Opens the models; if that fails, each for itself, so that all broken ones are named. */
  async #open(params: OpenParams): Promise<OpenResult | null> {
    const failure = await this.engine.open(params, this.signal).catch((error: unknown) => this.#expected(error));
    if (!(failure instanceof SeepError)) {
      return failure;
    }
    const before = this.#report.problems.length;
    for (const role of ROLES) {
      const folder = params[role];
      if (folder !== null) {
        const alone = { teacher: folder, student: null, reference: null, provider: params.provider };
        const opened = await this.#attempt(() => this.engine.open(alone, this.signal));
        this.#report.models[role] = opened?.models.teacher ?? null;
      }
    }
    if (this.#report.problems.length === before) {
      // Each is fine for itself: they do not go together.
      this.#report.problems.push(failure.message);
    }
    return null;
  }

  /** What `auto` would take in place of the provider that is asked for; leaves the engine with the latter. */
  async #autoPick(params: OpenParams): Promise<string | null> {
    const opened = await this.#attempt(() => this.engine.open({ ...params, provider: 'auto' }, this.signal));
    await this.#attempt(() => this.engine.open(params, this.signal));
    return opened?.provider ?? null;
  }

  async #tryForgetSet(facts: readonly Fact[] | null): Promise<void> {
    const { unscorable, classes } = await this.engine.setForgetSet(facts ?? []);
    const { forgetSet, models, problems } = this.#report;
    if (forgetSet !== null) {
      forgetSet.unscorable = unscorable;
      const vocabulary = models.teacher?.tokenizerVocabulary ?? 0;
      forgetSet.warnings = [...forgetSet.warnings, ...classWarnings(facts ?? [], classes, vocabulary)];
      problems.push(
        ...unscorable.map(({ fact, message }) => `${forgetSet.file}: fact ${JSON.stringify(fact)}: ${message}`),
      );
    }
  }

  /** Scores one short text: shows that the models run, and whether tokens can be placed exactly. */
  async #tryTokenizer(): Promise<void> {
    let message: string | null = null;
    let exact = false;
    await this.engine.scan(
      { records: [{ key: 0, text: TOKENIZER_TRIAL }], ...PLAIN_SCAN },
      {
        signal: this.signal,
        onProgress: (progress) => {
          if (progress.kind === 'record') {
            exact = progress.scores.approximate === null;
            message = progress.scores.approximate ?? `${progress.scores.tokens} tokens of a trial text placed exactly`;
          } else if (progress.kind === 'failed') {
            this.#report.problems.push(`A trial text could not be scored: ${progress.message}`);
          }
        },
      },
    );
    this.#report.tokenizer = message === null ? null : { exact, message };
  }

  /** Runs a step; an error meant for people becomes a problem and the step's result null. */
  async #attempt<T>(step: () => Promise<T>): Promise<T | null> {
    try {
      return await step();
    } catch (error) {
      this.#report.problems.push(this.#expected(error).message);
      return null;
    }
  }

  /** Lets faults of Seep and interruptions through. */
  #expected(error: unknown): SeepError {
    if (error instanceof SeepError && error.code !== 'cancelled') {
      return error;
    }
    throw error;
  }
}

function inConfig(key: string, configPath: string | null): string {
  return configPath === null ? '' : ` or "${key}" in ${shownPath(configPath)}`;
}
