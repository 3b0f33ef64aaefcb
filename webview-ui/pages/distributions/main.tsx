import '../../speakLanguage';
import '../../base.css';
import './distributions.css';
import { render } from 'preact';
import { connectHost } from '../../vscodeApi';
import { Panel } from './components/Panel';
import { PanelState } from './panelState';

const panel = new PanelState(connectHost());
render(<Panel panel={panel} />, document.getElementById('root') ?? document.body);
panel.start();
