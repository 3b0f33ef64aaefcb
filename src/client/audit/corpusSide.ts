import { stat } from 'node:fs/promises';
import { relative, resolve, sep } from 'node:path';
import { SeepError } from '../../core/errors';
import { t } from '../../core/l10n';
import { formatOf, READABLE_FILES } from '../../core/records/corpusFormat';
import { type CorpusFile, corpusFile, findFilesBelow } from '../corpusFiles';
import { fileError } from '../fileErrors';
import { sharedFile } from '../fileIdentity';
import type { ProjectSettings } from '../project';
import type { ShowPath } from '../projectError';

/** A file of one side of an audit. */
export interface SideFile extends CorpusFile {
  /** Path relative to the side's folder, with forward slashes; empty where the side is one file. */
  readonly name: string;
}

/** The raw or the filtered corpus. */
export interface CorpusSide {
  /** The file or folder as messages name it. */
  readonly shown: string;
  readonly files: readonly SideFile[];
}

/** Looks at a file, or at all files of a folder that Seep reads. Throws SeepError `usage` where there is nothing to read. */
export async function corpusSide(
  path: string,
  settings: Omit<ProjectSettings, 'givenThreshold'>,
  show: ShowPath,
): Promise<CorpusSide> {
  const root = resolve(path);
  const shown = show(root);
  try {
    const isFolder = (await stat(root)).isDirectory();
    const paths = isFolder ? await findFilesBelow(root, settings) : [root];
    if (paths.length === 0) {
      throw new SeepError(
        'usage',
        t('{0}: there is no file in this folder that Seep reads; it reads {1}', shown, READABLE_FILES),
        root,
      );
    }
    const files = await Promise.all(
      paths.map((each) => sideFile(each, isFolder ? relative(root, each).split(sep).join('/') : '', show)),
    );
    return { shown, files };
  } catch (error) {
    throw fileError(error, 'usage', root, shown);
  }
}

async function sideFile(path: string, name: string, show: ShowPath): Promise<SideFile> {
  const file = formatOf(path) === null ? null : await corpusFile(path, show(path));
  if (file === null) {
    const message = t('{0}: not a kind of file that Seep reads; it reads {1}', show(path), READABLE_FILES);
    throw new SeepError('usage', message, path);
  }
  return { ...file, name };
}

/** Refuses sides that share a file: whatever is on both sides looks kept. */
export async function refuseSharedFiles(raw: CorpusSide, filtered: CorpusSide): Promise<void> {
  const shared = await sharedFile(filtered.files, raw.files);
  if (shared !== undefined) {
    const message = t(
      '{0} belongs to both {1} and {2}; raw and filtered must be different files',
      shared.file,
      raw.shown,
      filtered.shown,
    );
    throw new SeepError('usage', message, shared.path);
  }
}
