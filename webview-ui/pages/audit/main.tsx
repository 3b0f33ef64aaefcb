import '../../speakLanguage';
import '../../base.css';
import '../../report.css';
import '../../tables.css';
import './audit.css';
import { render } from 'preact';
import { connectHost } from '../../vscodeApi';
import { AuditState } from './auditState';
import { AuditReport } from './components/AuditReport';

const audit = new AuditState(connectHost());
render(<AuditReport audit={audit} />, document.getElementById('root') ?? document.body);
audit.start();
