import { createContext, type ReactNode, useCallback, useContext, useEffect, useMemo, useRef, useState } from 'react'
import type { Toast } from '../extension/host-api.ts'

const SHOWN_FOR_MS = 8_000

const ToastContext = createContext<{ showToast(toast: Toast): void }>({ showToast: () => undefined })

export function useToasts() {
  return useContext(ToastContext)
}

/** Toasts leave on their own, except those that say something went wrong: these wait to be read. */
export function ToastProvider({ children }: { children: ReactNode }) {
  const [toasts, setToasts] = useState<{ id: number; toast: Toast }[]>([])
  const nextId = useRef(0)
  const showToast = useCallback((toast: Toast) => {
    const id = ++nextId.current
    setToasts((old) => [...old, { id, toast }])
  }, [])
  const dismiss = useCallback((id: number) => setToasts((old) => old.filter((one) => one.id !== id)), [])
  const value = useMemo(() => ({ showToast }), [showToast])
  return (
    <ToastContext.Provider value={value}>
      {children}
      <section className="toasts" aria-label="Notifications">
        {toasts.map(({ id, toast }) => (
          <ToastBox key={id} toast={toast} onDismiss={() => dismiss(id)} />
        ))}
      </section>
    </ToastContext.Provider>
  )
}

function ToastBox({ toast, onDismiss }: { toast: Toast; onDismiss(): void }) {
  const isProblem = toast.type === 'danger' || toast.type === 'warning'
  const dismiss = useRef(onDismiss)
  dismiss.current = onDismiss
  useEffect(() => {
    if (isProblem) return
    const timer = setTimeout(() => dismiss.current(), SHOWN_FOR_MS)
    return () => clearTimeout(timer)
  }, [isProblem])
  return (
    <div className={`toast is-${toast.type}`} role={isProblem ? 'alert' : 'status'}>
      <div>
        {toast.title && <strong>{toast.title}</strong>}
        <div>{toast.message}</div>
      </div>
      <button type="button" aria-label="Dismiss" onClick={onDismiss}>
        ×
      </button>
    </div>
  )
}
