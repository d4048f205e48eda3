import type { TabProps, TabsProps } from '@hubspot/ui-extensions'
import {
  createContext,
  type KeyboardEvent,
  type ReactNode,
  useContext,
  useEffect,
  useId,
  useMemo,
  useRef,
  useState,
} from 'react'
import { createPortal } from 'react-dom'
import { useChoice } from './drafts.ts'

type TabId = string | number

interface TabsState {
  selected: TabId | undefined
  strip: HTMLElement | null
  addTab(id: TabId): () => void
  select(id: TabId): void
}

const TabsContext = createContext<TabsState | undefined>(undefined)

/**
 * Children arrive as opaque remote elements, so tabs cannot be read from props: each `Tab` announces itself and draws
 * its own button into the strip. Without a selected tab the first one is shown.
 */
export function Tabs(props: TabsProps) {
  const { variant = 'default', fill = false, testId, children } = props
  const [strip, setStrip] = useState<HTMLElement | null>(null)
  const [ids, setIds] = useState<readonly TabId[]>([])
  const [chosen, choose] = useChoice<TabId | undefined>(props.selected, props.defaultSelected)
  const selected = ids.find((id) => String(id) === String(chosen)) ?? (chosen === undefined ? ids[0] : undefined)
  const latest = useRef({ choose, onSelectedChange: props.onSelectedChange })
  latest.current = { choose, onSelectedChange: props.onSelectedChange }
  const state = useMemo<TabsState>(
    () => ({
      selected,
      strip,
      addTab: (id) => {
        setIds((old) => [...old, id])
        return () => setIds((old) => old.filter((one) => one !== id))
      },
      select: (id) => latest.current.choose(id, latest.current.onSelectedChange, id),
    }),
    [selected, strip],
  )
  return (
    <div className={`ui-tabs is-${variant} ${fill ? 'is-filled' : ''}`} data-testid={testId}>
      <div role="tablist" ref={setStrip} onKeyDown={moveFocus} />
      <TabsContext.Provider value={state}>{children as ReactNode}</TabsContext.Provider>
    </div>
  )
}

export function Tab({ tabId, title, disabled = false, tooltip, testId, children }: TabProps) {
  const ownId = useId()
  const id = tabId ?? ownId
  const tabs = useContext(TabsContext)
  const addTab = useRef(tabs?.addTab)
  useEffect(() => addTab.current?.(id), [id])
  if (!tabs?.strip) return null
  const isSelected = tabs.selected === id
  return (
    <>
      {createPortal(
        <button
          type="button"
          role="tab"
          id={`${ownId}-tab`}
          aria-selected={isSelected}
          aria-controls={`${ownId}-panel`}
          tabIndex={isSelected ? 0 : -1}
          disabled={disabled}
          title={tooltip}
          onClick={() => tabs.select(id)}
        >
          {title}
        </button>,
        tabs.strip,
      )}
      <div
        role="tabpanel"
        id={`${ownId}-panel`}
        aria-labelledby={`${ownId}-tab`}
        className="ui-tab-panel"
        hidden={!isSelected}
        data-testid={testId}
      >
        {children}
      </div>
    </>
  )
}

function moveFocus(event: KeyboardEvent<HTMLElement>) {
  const by = { ArrowRight: 1, ArrowLeft: -1 }[event.key]
  if (!by) return
  const tabs = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('[role="tab"]:not(:disabled)')]
  const next = tabs[(tabs.findIndex((tab) => tab.matches(':focus')) + by + tabs.length) % tabs.length]
  next?.focus()
}
