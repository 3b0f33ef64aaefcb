import assert from 'node:assert/strict';
import { parseConfig } from '../../../src/core/config/parseConfig';
import { configTemplate } from '../../../src/features/configTemplate';

describe('a first seep.json', () => {
  it('takes model folders by their names', () => {
    const { teacher, student, reference } = configTemplate(
      ['models/my-student', 'models/big-teacher', 'models/unlearned'],
      'forget.jsonl',
    );
    assert.deepEqual([teacher, student, reference], ['models/big-teacher', 'models/my-student', 'models/unlearned']);
  });

  it('is valid whatever folders there are', () => {
    for (const folders of [[], ['m'], ['gpt2', 'student-1'], ['base']]) {
      const { problems } = parseConfig(JSON.stringify(configTemplate(folders, 'forget.jsonl')));
      assert.deepEqual(problems, []);
    }
  });
});
