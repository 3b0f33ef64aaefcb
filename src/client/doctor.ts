import { SeepError } from '../core/errors';
import type { Fact } from '../core/forget/fact';
import { classWarnings, forgetSetWarnings } from '../core/forget/warnings';
import { usualProvider } from '../core/gpu/explainProvider';
import { grouped, t } from '../core/l10n';
import { thresholdWords } from '../core/report/closingWords';
import { approximationWords } from '../core/score/approximation';
import { type OpenParams, type OpenResult, PLAIN_SCAN, type ProviderChoice } from '../protocol/engine';
import { findCorpusFiles } from './corpusFiles';
import { type DoctorReport, ROLES } from './doctorReport';
import type { EngineClient } from './engineClient';
import { examineProvider } from './examineProvider';
import { missingSetting } from './missingSetting';
import {
  loadForgetSet,
  loadProject,
  loadSettings,
  type ProjectOverrides,
  type ProjectSettings,
  settleThreshold,
} from './project';
import type { ShowPath } from './projectError';

export interface DoctorOptions {
  /** Seep's own version. */
  readonly version: string;
  /** The `seep.json`; null where there is none. */
  readonly configPath: string | null;
  readonly overrides: ProjectOverrides;
  readonly show: ShowPath;
  /** Whether what is missing can be given by flags of the command line. */
  readonly hasFlags: boolean;
  readonly signal: AbortSignal;
}

/**
 * Looks at everything that a scan needs, and goes on where something is broken.
 * @param engine opens models and takes facts; for nobody else to use meanwhile
 */
export function examineProject(engine: EngineClient, options: DoctorOptions): Promise<DoctorReport> {
  return new Doctor(engine, options).examine();
}

/** Text that is hard on a tokenizer: runs of spaces, accents composed and not, other scripts, an emoji of several characters. */
const TOKENIZER_TRIAL = 'Seep  reads “this”:\n\tnaïve, cafe\u0301, Straße, 数据中心, ١٢٣, 👩🏽‍🚀 and 12,345.67 €.';

class Doctor {
  readonly #report: DoctorReport;

  constructor(
    private readonly engine: EngineClient,
    private readonly options: DoctorOptions,
  ) {
    this.#report = {
      schema: 'seep.doctor/1',
      ok: false,
      seep: options.version,
      node: process.versions.node,
      platform: `${process.platform}-${process.arch}`,
      runtime: null,
      provider: null,
      gpu: null,
      config: null,
      models: { teacher: null, student: null, reference: null },
      tokenizer: null,
      forgetSet: null,
      corpus: null,
      threshold: null,
      notices: [],
      problems: [],
    };
  }

  async examine(): Promise<DoctorReport> {
    const { configPath, overrides, show } = this.options;
    const report = this.#report;
    const hello = await this.#attempt(() => this.engine.hello());
    if (hello !== null) {
      report.runtime = { onnxruntime: hello.onnxruntime, providers: hello.providers };
    }
    report.config = configPath && show(configPath);
    const settings = await this.#attempt(() => loadSettings(configPath, overrides, show));
    if (hello === null) {
      // What keeps the engine from starting often keeps GPUs from working, too, and is known there.
      report.gpu = await examineProvider(usualProvider(process), this.engine, this.options.signal);
    }
    if (settings !== null) {
      const facts = await this.#examineForgetSet(settings);
      await this.#examineCorpus(settings);
      if (hello !== null) {
        const provider = await this.#examineProvider(settings.provider);
        await this.#examineModels({ ...settings, provider }, facts);
      }
    }
    report.ok = report.problems.length === 0;
    return report;
  }

  async #examineForgetSet({ forgetSetPath, configPath, teacher }: ProjectSettings): Promise<Fact[] | null> {
    if (forgetSetPath === null) {
      if (configPath !== null || teacher !== null) {
        this.#report.problems.push(this.#missing('forgetSet'));
      }
      return null;
    }
    const loaded = await this.#attempt(() => loadForgetSet(forgetSetPath, this.options.show));
    const facts = loaded?.facts ?? null;
    if (facts !== null) {
      this.#report.forgetSet = {
        file: this.options.show(forgetSetPath),
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
        this.#report.problems.push(
          t('{0}: no file matches "corpus.include" ({1})', this.options.show(configPath), patterns),
        );
      }
    }
  }

  /** @returns the provider to look at the models with: the CPU where the one that is asked for does not work */
  async #examineProvider(asked: ProviderChoice): Promise<ProviderChoice> {
    const report = this.#report;
    const { signal } = this.options;
    const cuda = await examineProvider('cuda', this.engine, signal);
    const autoPicks = cuda.fault === null ? 'cuda' : 'cpu';
    let gpu: DoctorReport['gpu'] = null;
    if (asked === 'auto') {
      // Most machines have no CUDA, which is nothing to explain; where somebody has installed it, it is.
      gpu = cuda.facts.runtime?.hasCudaProvider ? cuda : null;
    } else if (asked !== 'cpu') {
      gpu = asked === 'cuda' ? cuda : await examineProvider(asked, this.engine, signal);
    }
    report.gpu = gpu;
    if (asked === 'auto') {
      report.provider = { asked, used: autoPicks, autoPicks };
      return asked;
    }
    const fault = gpu?.fault ?? null;
    report.provider = { asked, used: fault === null ? asked : null, autoPicks };
    if (gpu !== null && fault !== null) {
      report.problems.push(t('Provider "{0}": {1} See "What to do" above.', asked, gpu.explanation.summary));
      return 'cpu';
    }
    return asked;
  }

  async #examineModels(settings: ProjectSettings, facts: readonly Fact[] | null): Promise<void> {
    const report = this.#report;
    const { teacher, student, reference, provider, configPath, forgetSetPath } = settings;
    if (teacher === null) {
      if (configPath !== null || forgetSetPath !== null || student !== null || reference !== null) {
        report.problems.push(this.#missing('teacher'));
      }
      return;
    }
    const opened = await this.#open({ teacher, student, reference, provider });
    if (opened === null) {
      return;
    }
    report.notices.push(...opened.notices);
    report.models = opened.models;
    if (facts !== null) {
      await this.#attempt(() => this.#examineThreshold(opened.models));
    }
    await this.#attempt(() => this.#tryForgetSet(facts));
    await this.#attempt(() => this.#tryTokenizer());
  }

  /** Opens the models; if that fails, each for itself, so that all broken ones are named. */
  async #open(params: OpenParams): Promise<OpenResult | null> {
    const failure = await this.engine
      .open(params, this.options.signal)
      .catch((error: unknown) => this.#expected(error));
    if (!(failure instanceof SeepError)) {
      return failure;
    }
    const before = this.#report.problems.length;
    for (const role of ROLES) {
      const folder = params[role];
      if (folder !== null) {
        const alone = { teacher: folder, student: null, reference: null, provider: params.provider };
        const opened = await this.#attempt(() => this.engine.open(alone, this.options.signal));
        this.#report.models[role] = opened?.models.teacher ?? null;
      }
    }
    if (this.#report.problems.length === before) {
      // Each is fine for itself: they do not go together.
      this.#report.problems.push(failure.message);
    }
    return null;
  }

  async #examineThreshold(models: OpenResult['models']): Promise<void> {
    const { configPath, overrides, show } = this.options;
    const project = settleThreshold(await loadProject(configPath, overrides, show), models);
    const { threshold: value, temperature, resolved } = project;
    this.#report.threshold = { value, temperature, words: resolved.notice ?? thresholdWords(resolved) };
  }

  async #tryForgetSet(facts: readonly Fact[] | null): Promise<void> {
    const { unscorable, classes } = await this.engine.setForgetSet(facts ?? []);
    const { forgetSet, models, problems } = this.#report;
    if (forgetSet !== null) {
      forgetSet.unscorable = unscorable;
      const vocabulary = models.teacher?.tokenizerVocabulary ?? 0;
      forgetSet.warnings = [...forgetSet.warnings, ...classWarnings(facts ?? [], classes, vocabulary)];
      problems.push(
        ...unscorable.map(({ fact, message }) =>
          t('{0}: fact {1}: {2}', forgetSet.file, JSON.stringify(fact), message),
        ),
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
        signal: this.options.signal,
        onProgress: (progress) => {
          if (progress.kind === 'record') {
            const { approximate, tokens } = progress.scores;
            exact = approximate === null;
            message =
              approximate === null
                ? t('{0} tokens of a trial text placed exactly', grouped(tokens))
                : t('Token spans are not exact: {0}.', approximationWords(approximate));
          } else if (progress.kind === 'failed') {
            this.#report.problems.push(t('A trial text could not be scored: {0}', progress.message));
          }
        },
      },
    );
    this.#report.tokenizer = message === null ? null : { exact, message };
  }

  #missing(key: 'teacher' | 'forgetSet'): string {
    const { configPath, hasFlags, show } = this.options;
    return missingSetting(key, configPath && show(configPath), hasFlags);
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
