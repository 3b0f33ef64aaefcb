import { speak } from '../src/core/l10n';
import { PSEUDO } from './pseudoLanguage';

// The first import of a test that is to hear everything in the pseudo language, see src/core/l10n.ts.
speak(PSEUDO);
