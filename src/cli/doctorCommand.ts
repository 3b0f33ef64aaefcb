import { version } from '../../package.json';
import { examineProject } from '../client/doctor';
import { doctorText } from '../client/doctorText';
import { visibleJson } from '../core/report/visibleText';
import { createBareEngine, type Environment } from './environment';
import { EXIT, type ExitCode } from './exitCodes';
import { StreamOutput } from './output';
import { shownPath } from './paths';
import { configPathOf, overridesOf, type ProjectFlags } from './projectFlags';
import { styleFor } from './terminal';

export const DOCTOR_FORMATS = ['table', 'json'] as const;

export interface DoctorFlags extends ProjectFlags {
  readonly format: (typeof DOCTOR_FORMATS)[number];
}

/** `seep doctor` */
export async function doctorCommand(flags: DoctorFlags, environment: Environment): Promise<ExitCode> {
  const { stdout, signal } = environment;
  const engine = createBareEngine(environment);
  const output = new StreamOutput(stdout);
  try {
    const report = await examineProject(engine, {
      version,
      configPath: configPathOf(flags),
      overrides: overridesOf(flags),
      show: shownPath,
      hasFlags: true,
      signal,
    });
    await output.write(
      flags.format === 'json'
        ? `${visibleJson(report, 2)}\n`
        : doctorText(report, (path) => shownPath(path), styleFor(stdout)),
    );
    return report.ok ? EXIT.clean : EXIT.error;
  } finally {
    await engine.dispose();
  }
}
