import type { Project } from '../../../src/client/project';
import { DEFAULT_CONFIG } from '../../../src/core/config/parseConfig';

/** A project that exists only in memory. */
export function someProject(changes: Partial<Project> = {}): Project {
  return {
    configPath: '/corpus/seep.json',
    root: '/corpus',
    teacher: '/corpus/models/teacher',
    student: null,
    reference: null,
    swap: null,
    forgetSetPath: '/corpus/forget.jsonl',
    facts: [],
    corpus: DEFAULT_CONFIG.corpus,
    audit: DEFAULT_CONFIG.audit,
    temperature: 1,
    threshold: 0.02,
    resolved: { threshold: 0.02, source: 'given', calibrated: false, expectedFalseFlagsPer1000: null, notice: null },
    thresholdParts: { given: 0.02, calibration: null, reference: 'none', swap: null, forgetSet: '' },
    calibrationPath: '/corpus/seep.calibration.json',
    decisionsPath: '/corpus/seep.decisions.jsonl',
    onPolicy: false,
    unattributed: false,
    provider: 'cpu',
    hash: 'settings',
    ...changes,
  };
}
