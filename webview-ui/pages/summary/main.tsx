import '../../speakLanguage';
import '../../base.css';
import '../../report.css';
import '../../tables.css';
import './summary.css';
import { render } from 'preact';
import { connectHost } from '../../vscodeApi';
import { Summary } from './components/Summary';
import { SummaryState } from './summaryState';

const summary = new SummaryState(connectHost());
render(<Summary summary={summary} />, document.getElementById('root') ?? document.body);
summary.start();
