/** Where the dashboard begins. */

import './look/mantine.ts';
import '@fontsource-variable/inter/wght.css';
import './look/look.css';
import './layout/layout.css';
import './webhooks/webhooks.css';
import './deliveries/deliveries.css';
import './log/log.css';
import './imports/imports.css';
import './overview/overview.css';
import { createRoot } from 'react-dom/client';
import { App } from './app.tsx';

const root = document.getElementById('root');
if (!root) throw new Error('index.html has no #root');
createRoot(root).render(<App />);
