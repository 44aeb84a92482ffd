/** Routes of Nest: methods of controllers, with guards and interceptors of the method, the class, the module tree and the application. */
import type { Program } from '../../program.js'
import {
  argumentAt,
  argumentsOf,
  isClass,
  isFunction,
  keyName,
  propertyOf,
  unwrap,
  type Class,
  type Node,
} from '../../syntax/nodes.js'
import { constantOf } from '../../values/constants.js'
import { joined } from './express.js'
import type { Route } from './route.js'

const METHOD = /^@nestjs\/common:(Get|Post|Put|Patch|Delete|All|Options|Head)\(\)$/
const GLOBAL_TOKENS = new Set([
  '@nestjs/core:APP_GUARD',
  '@nestjs/core:APP_INTERCEPTOR',
  '@nestjs/core:APP_PIPE',
  '@nestjs/core:APP_FILTER',
])

export function nestRoutes(program: Program): readonly Route[] {
  const controllers = [...program.nodes('ClassDeclaration', 'ClassExpression')].filter(
    (node) => isClass(node) && decorator(program, node, /^@nestjs\/common:Controller\(\)$/) !== undefined,
  )
  if (controllers.length === 0) return []
  const global = globalBefore(program)
  return controllers.flatMap((controller) =>
    isClass(controller) ? routesOf(program, controller, global) : [],
  )
}

function routesOf(program: Program, controller: Class, global: readonly Node[]): readonly Route[] {
  const prefix = pathOf(program, decorator(program, controller, /^@nestjs\/common:Controller\(\)$/))
  const routes: Route[] = []
  for (const element of controller.body.body) {
    if (element.type !== 'MethodDefinition' || !isFunction(element.value)) continue
    const found = element.decorators.find(({ expression }) =>
      program.keys(expression).some((key) => METHOD.test(key)),
    )
    if (!found) continue
    const key = program.keys(found.expression).find((one) => METHOD.test(one)) ?? ''
    routes.push({
      framework: 'nest',
      major: program.majorOf(controller, '@nestjs/common'),
      method: (METHOD.exec(key)?.[1] ?? 'all').toLowerCase(),
      path: joined(joined('/', prefix), pathOf(program, found.expression)),
      node: element,
      handlers: [element.value],
      before: [...element.decorators, ...controller.decorators]
        .map(({ expression }) => expression as Node)
        .concat(global),
    })
  }
  return routes
}

function decorator(program: Program, node: Class, pattern: RegExp): Node | undefined {
  return node.decorators.find(({ expression }) => program.keys(expression).some((key) => pattern.test(key)))
    ?.expression
}

function pathOf(program: Program, decorated: Node | undefined): string {
  if (decorated?.type !== 'CallExpression') return ''
  const first = argumentAt(decorated, 0)
  if (!first) return ''
  const written = first.type === 'ObjectExpression' ? propertyOf(first, 'path') : first
  const path = written ? constantOf(program.values, written) : ''
  return typeof path === 'string' ? path : '?'
}

/** `APP_GUARD` providers, `app.useGlobalGuards(…)`, `app.use(…)`, `consumer.apply(…)`. */
function globalBefore(program: Program): readonly Node[] {
  const found: Node[] = []
  for (const object of program.nodes('ObjectExpression')) {
    const token = propertyOf(object, 'provide')
    if (!token || !program.keys(token).some((key) => GLOBAL_TOKENS.has(key))) continue
    for (const name of ['useClass', 'useExisting', 'useFactory', 'useValue']) {
      const given = propertyOf(object, name)
      if (given) found.push(given)
    }
  }
  for (const call of program.calls()) {
    if (call.type !== 'CallExpression') continue
    const callee = unwrap(call.callee)
    if (callee.type !== 'MemberExpression') continue
    const name = keyName(callee.property, callee.computed)
    const isApp = name !== undefined && /^(?:useGlobal(?:Guards|Interceptors|Pipes|Filters)|use)$/.test(name)
    const isConsumer =
      name === 'apply' &&
      program.keys(callee.object).some((key) => key.startsWith('@nestjs/common:MiddlewareConsumer'))
    if (
      isConsumer ||
      (isApp &&
        program
          .keys(callee.object)
          .some(
            (key) =>
              key.startsWith('@nestjs/core:NestFactory') ||
              key.includes('NestExpressApplication') ||
              key.includes('INestApplication'),
          ))
    ) {
      found.push(...argumentsOf(call))
    }
  }
  return found
}
