import assert from 'node:assert/strict';
import { nameModels } from '../../../src/core/probe/probedModel';

const checkpoint = (folder: string) => ({ role: 'checkpoint', folder }) as const;

describe('names of the models in a probe', () => {
  it('are roles, and as much of a path as tells a checkpoint from all others', () => {
    const models = nameModels([
      checkpoint('/runs/b/step-10'),
      checkpoint('/runs/b/step-9'),
      checkpoint('/runs/a/step-10'),
      checkpoint('/other/student'),
      { role: 'student', folder: '/models/small' },
      { role: 'teacher', folder: '/models/large' },
    ]);
    assert.deepEqual(
      models.map(({ name, role }) => `${role}: ${name}`),
      [
        'teacher: teacher',
        'student: student',
        'checkpoint: other/student',
        'checkpoint: a/step-10',
        'checkpoint: step-9',
        'checkpoint: b/step-10',
      ],
    );
  });

  it('name a folder once, by its role', () => {
    const models = nameModels([
      { role: 'student', folder: '/m/s' },
      checkpoint('/m/s'),
      checkpoint('/m/t'),
      checkpoint('/m/t'),
    ]);
    assert.deepEqual(
      models.map(({ name }) => name),
      ['student', 't'],
    );
  });
});
