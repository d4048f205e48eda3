import { createRoot } from 'react-dom/client'
import { App } from './pages/app.tsx'

const root = document.getElementById('root')
if (root) createRoot(root).render(<App />)
