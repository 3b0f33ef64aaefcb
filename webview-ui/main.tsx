import './panel.css';
import { render } from 'preact';
import { Panel } from './components/Panel';
import { PanelState } from './panelState';
import { connectHost } from './vscodeApi';

const panel = new PanelState(connectHost());
render(<Panel panel={panel} />, document.getElementById('root') ?? document.body);
panel.start();
