import { existsSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { SeepError } from '../core/errors';
import { t } from '../core/l10n';
import { renameExternalFiles } from './onnxFile';

export interface ExternalWeights {
  /** The folder that the model's locations are relative to. */
  readonly folder: string;
  /** Absolute paths. */
  readonly files: readonly string[];
  /** New names for the locations in the model; null where they stay as they are. */
  readonly renamed: ReadonlyMap<string, string> | null;
  /** See {@link stateOfWeights}, from before they were read. */
  readonly state: string;
}

/**
 * Finds the weights that lie outside a model file. The runtime takes only real files at or below one folder; where they are
 * symbolic links (the Hugging Face cache keeps its files so) the locations are given new names, those of the files linked to.
 * @param modelPath the .onnx file; @param locations as it writes them, relative to its own folder
 * @throws SeepError('model') naming what is missing
 */
export function findExternalWeights(modelPath: string, locations: readonly string[]): ExternalWeights {
  const folder = dirname(resolve(modelPath));
  const files = locations.map((location) => {
    const path = resolve(folder, location);
    if (!path.startsWith(folder + sep)) {
      const message = t('{0}: keeps weights outside its folder ({1}). Export it again.', modelPath, location);
      throw new SeepError('model', message, modelPath);
    }
    if (!existsSync(path)) {
      const message = t(
        '{0}: missing. {1} keeps its weights there; put it beside the model.',
        path,
        basename(modelPath),
      );
      throw new SeepError('model', message, path);
    }
    return path;
  });
  const real = files.map((path) => realpathSync(path));
  const realFolder = realpathSync(folder);
  if (real.every((path, i) => path === join(realFolder, relative(folder, files[i] ?? '')))) {
    return { folder: realFolder, files: real, renamed: null, state: stateOfWeights(real) };
  }
  const common = commonFolder(real);
  const renamed = new Map(
    locations.map((location, i) => [location, relative(common, real[i] ?? '').replaceAll(sep, '/')]),
  );
  return { folder: common, files: real, renamed, state: stateOfWeights(real) };
}

/**
 * What tells whether somebody has written into weights since. The runtime does not read these files but maps them into memory: what is
 * written into them changes what a model says that is loaded already.
 */
export function stateOfWeights(files: readonly string[]): string {
  return files
    .map((path) => {
      const state = statSync(path, { bigint: true, throwIfNoEntry: false });
      return state && [state.ino, state.size, state.mtimeNs, state.ctimeNs].join();
    })
    .join(';');
}

/** The model with its weights' new names, where they need any. */
export function withRenamedWeights(model: Uint8Array, { renamed }: ExternalWeights): Uint8Array {
  return renamed === null ? model : renameExternalFiles(model, (location) => renamed.get(location) ?? location);
}

function commonFolder(paths: readonly string[]): string {
  let common = dirname(paths[0] ?? sep);
  while (!paths.every((path) => path.startsWith(common.endsWith(sep) ? common : common + sep))) {
    common = dirname(common);
  }
  return common;
}
