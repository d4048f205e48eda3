import type {
  SortedTableHeaderProps,
  TableCellProps,
  TableElementProps,
  TableHeaderProps,
  TableProps,
} from '@hubspot/ui-extensions'
import { useHost } from './host-context.ts'

export function Table(props: TableProps) {
  const { bordered = true, flush = false, density = 'default', testId, children } = props
  const className = `ui-table is-${density} ${bordered ? 'is-bordered' : ''}`
  return (
    <div className={`ui-table-frame ${flush ? 'is-flush' : ''}`}>
      <table className={className} data-testid={testId}>
        {children}
      </table>
      {props.paginated && <Pagination {...props} />}
    </div>
  )
}

function Pagination(props: Extract<TableProps, { paginated: true }>) {
  const { send } = useHost()
  const {
    pageCount,
    page = 1,
    showFirstLastButtons = false,
    showButtonLabels = true,
    maxVisiblePageButtons = 5,
  } = props
  const go = (next: number) => void send(props.onPageChange, next)
  const first = Math.max(
    1,
    Math.min(page - Math.floor(maxVisiblePageButtons / 2), pageCount - maxVisiblePageButtons + 1),
  )
  const count = Math.max(0, Math.min(maxVisiblePageButtons, pageCount - first + 1))
  const pages = Array.from({ length: count }, (_, offset) => first + offset)
  const step = (label: string, glyph: string, next: number, isOff: boolean) => (
    <button type="button" aria-label={label} disabled={isOff} onClick={() => go(next)}>
      {showButtonLabels ? label : glyph}
    </button>
  )
  return (
    <nav className="ui-pagination" aria-label="Pages">
      {showFirstLastButtons && step('First', '«', 1, page <= 1)}
      {step('Prev', '‹', page - 1, page <= 1)}
      {pages.map((number) => (
        <button
          key={number}
          type="button"
          aria-label={`Page ${number}`}
          aria-current={number === page ? 'page' : undefined}
          onClick={() => go(number)}
        >
          {number}
        </button>
      ))}
      {step('Next', '›', page + 1, page >= pageCount)}
      {showFirstLastButtons && step('Last', '»', pageCount, page >= pageCount)}
    </nav>
  )
}

export const TableHead = ({ testId, children }: TableElementProps) => <thead data-testid={testId}>{children}</thead>
export const TableBody = ({ testId, children }: TableElementProps) => <tbody data-testid={testId}>{children}</tbody>
export const TableFooter = ({ testId, children }: TableElementProps) => <tfoot data-testid={testId}>{children}</tfoot>
export const TableRow = ({ testId, children }: TableElementProps) => <tr data-testid={testId}>{children}</tr>

export function TableCell({ align, width, colSpan, testId, children }: TableCellProps) {
  return (
    <td className={widthClass(width)} style={cellStyle(align, width)} colSpan={colSpan} data-testid={testId}>
      {children}
    </td>
  )
}

/** A sorted header flips on click: ascending first, then descending (HubSpot SDK types, `SortedTableHeaderProps`). */
export function TableHeader(props: TableHeaderProps) {
  const { send } = useHost()
  const { align, width, testId, children } = props
  const shared = { className: widthClass(width), style: cellStyle(align, width), 'data-testid': testId }
  if (!isSorted(props)) return <th {...shared}>{children}</th>
  const { sortDirection, onSortChange, disabled } = props
  const next = sortDirection === 'ascending' ? 'descending' : 'ascending'
  return (
    <th {...shared} aria-sort={sortDirection}>
      <button type="button" className="ui-sort" disabled={disabled} onClick={() => void send(onSortChange, next)}>
        {children}
        <span aria-hidden="true">{{ ascending: '▲', descending: '▼', none: '↕' }[sortDirection]}</span>
      </button>
    </th>
  )
}

/** TypeScript does not narrow the union by an optional discriminant that may be missing. */
function isSorted(props: TableHeaderProps): props is SortedTableHeaderProps {
  return props.sortDirection !== undefined && props.sortDirection !== 'never'
}

function widthClass(width: TableCellProps['width']) {
  return width === 'min' ? 'is-min' : ''
}

function cellStyle(align: TableCellProps['align'], width: TableCellProps['width']) {
  const size = typeof width === 'number' ? width : width === 'max' ? '100%' : undefined
  return { textAlign: align, width: size }
}
