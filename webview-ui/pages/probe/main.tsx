import '../../speakLanguage';
import '../../base.css';
import '../../report.css';
import '../../tables.css';
import './probe.css';
import { render } from 'preact';
import { connectHost } from '../../vscodeApi';
import { ProbeReport } from './components/ProbeReport';
import { ProbeState } from './probeState';

const probe = new ProbeState(connectHost());
render(<ProbeReport probe={probe} />, document.getElementById('root') ?? document.body);
probe.start();
