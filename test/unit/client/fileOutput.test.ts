import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openFileOutput } from '../../../src/client/fileOutput';
import { SeepError } from '../../../src/core/errors';
import { temporaryFolder } from '../temporaryFolder';

describe('file output', function () {
  this.timeout(30_000);
  const folder = temporaryFolder();
  const at = (name: string) => join(folder.path, name);
  const names = () => readdirSync(folder.path).sort();

  it('shows nothing under its name before it is complete', async () => {
    writeFileSync(at('report'), 'old');
    const output = await openFileOutput(at('report'), 'report');
    await output.write('new ');
    await output.write('text');
    assert.equal(readFileSync(at('report'), 'utf8'), 'old');
    await output.commit();
    assert.equal(readFileSync(at('report'), 'utf8'), 'new text');
    await output.discard();
    assert.deepEqual(names(), ['report']);
  });

  it('leaves nothing behind, and what was there as it was, when given up', async () => {
    const [kept, fresh] = [await openFileOutput(at('report'), 'r'), await openFileOutput(at('fresh'), 'f')];
    await kept.write('half');
    await fresh.write('half');
    await Promise.all([kept.discard(), fresh.discard()]);
    await kept.discard();
    assert.deepEqual(names(), ['report']);
    assert.equal(readFileSync(at('report'), 'utf8'), 'new text');
  });

  it('keeps the mode of the file it replaces, and goes through links', async () => {
    writeFileSync(at('private'), 'old', { mode: 0o600 });
    symlinkSync(at('private'), at('link'));
    const output = await openFileOutput(at('link'), 'link');
    await output.write('new');
    await output.commit();
    assert.equal(readFileSync(at('private'), 'utf8'), 'new');
    assert.equal(statSync(at('private')).mode & 0o777, 0o600);
  });

  it('writes over nothing that is read, whatever leads to it', async () => {
    writeFileSync(at('source'), 'text');
    symlinkSync(at('source'), at('its link'));
    symlinkSync(folder.path, at('folder'));
    for (const name of ['source', 'its link', 'folder/source', 'none']) {
      await assert.rejects(openFileOutput(at(name), name, [at('report'), at('source'), at('none')]), {
        code: 'usage',
        message: `${name}: it is read itself; choose another file`,
      });
    }
    const output = await openFileOutput(at('other'), 'other', [at('source'), at('none')]);
    await output.discard();
    assert.equal(readFileSync(at('source'), 'utf8'), 'text');
  });

  it('writes to devices directly', async () => {
    const output = await openFileOutput('/dev/null', '/dev/null');
    await output.write('x');
    await output.commit();
    assert.ok(statSync('/dev/null').isCharacterDevice());
  });

  it('says what is wrong with the path', async () => {
    mkdirSync(at('sub'));
    const message = (name: string) =>
      openFileOutput(at(name), `--output ${name}`).then(
        () => assert.fail(),
        (error: unknown) => {
          assert.ok(error instanceof SeepError && error.code === 'usage');
          return error.message;
        },
      );
    assert.equal(await message('missing/report'), '--output missing/report: its folder does not exist');
    assert.equal(await message('sub'), '--output sub: this is a folder; name a file');
    assert.equal(await message('report/x'), '--output report/x: its folder does not exist');
  });
});
