/** God service. */
import type { SharpEdge } from '../entry.js'

export const godService: SharpEdge = {
  kind: 'sharp-edge',
  id: 'god-service',
  title: 'God service',
  severity: 'medium',
  why: 'One class, module or service that knows everything grows with every feature, since everything it needs is already there. Each change touches it, each team waits for it, and a failure in its least important part takes all parts down.',
  symptoms: [
    'Every pull request touches the same file',
    'Nobody dares to change OrderService',
    'A bug in reports takes down checkout',
    'Merge conflicts in one file all the time',
    'Tests of one feature need thirty mocks',
  ],
  mechanism:
    'It begins as the place for orders, then needs customers, mail, prices, taxes. Others call it for what it knows, so it cannot be split; its tables are joined by everybody. Cycles arise, and with them hidden orders of initialisation. At runtime it has one pool, one event loop and one deploy for things of different importance and load.',
  confirm: [
    '`git log --since=1.year --format= --name-only | sort | uniq -c | sort -rn | head`: one file in most changes.',
    'Imports into and out of a module (madge, dependency-cruiser): many both ways, or a cycle.',
    'Lines, constructor parameters, tables that one class writes. A big file that is cohesive and rarely changed is not this.',
  ],
  wayOut: [
    'Stop the bleeding: take what is heavy or unimportant (reports, exports) to other processes with pools of their own, from the same code.',
    'Split by who owns the data: for each table one module that writes it; others ask its functions or hear its events.',
    'Move one verb at a time: new module beside, calls redirected, old one deleted (strangler); no rewrite.',
    'Enforce the direction of imports in CI.',
    'Split into services last, along boundaries that have held within the process for months.',
    'Keelson has modules with declared tables, commands and events in one process, and roles (`http`, `worker`) apart.',
  ],
  numbers: [
    'Files past 300 lines have a reason and none pass 500: the bound that this project holds itself to [Keelson, AGENTS.md].',
  ],
  siblings: ['leaky-abstraction', 'scattered-validation', 'premature-microservices'],
  covers: ['god service'],
  wrong: {
    language: 'ts',
    stack: 'Nest',
    text: `@Injectable()
export class OrderService {
  constructor(
    private orders: OrderRepository, private customers: CustomerRepository, private items: ItemRepository,
    private mail: Mailer, private pdf: PdfService, private tax: TaxService, private reports: ReportService,
  ) {}
  // place, cancel, refund, remind, exportMonth, recomputeTaxes, mergeCustomers …
}`,
  },
  right: {
    language: 'ts',
    stack: 'Nest',
    text: `@Injectable()
export class PlaceOrder {
  constructor(private orders: OrderRepository, private stock: Stock) {}

  async run(input: PlaceOrderInput): Promise<Order> {
    const order = await this.orders.place(input, await this.stock.reserve(input.lines))
    return order // receipts, reports and taxes listen to order.placed
  }
}`,
  },
}
