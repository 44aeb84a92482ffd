/** What each statement makes of the schema. What it does not understand leaves the schema as it is. */
import type { AlterTableCmd, ColumnDef, Constraint as ConstraintNode, CreateStmt, Node } from 'libpg-query'
import { columnTypeOf } from './column-types.js'
import { keyOf, nameOfList, nameOfObject, nameOfRange, stringsOf, type Name } from './names.js'
import { emptyTable, type Schema, type Table } from './schema.js'
import { columnsKeptNotNull } from './not-null.js'
import type { Statement } from './statements.js'
import { setsTimeout } from './timeouts.js'

export function follow(schema: Schema, { node, transaction }: Statement): void {
  if ('CreateStmt' in node) createTable(schema, node.CreateStmt, transaction)
  else if ('CreateTableAsStmt' in node) {
    const { into, objtype, if_not_exists } = node.CreateTableAsStmt
    const name = nameOfRange(into?.rel)
    if (if_not_exists === true && schema.find(name) !== undefined) return
    const kind = objtype === 'OBJECT_MATVIEW' ? 'materialized' : 'table'
    schema.add(
      emptyTable(name, schema.migration, {
        kind,
        isKnown: false,
        isTemporary: into?.rel?.relpersistence === 't',
      }),
    )
  } else if ('ViewStmt' in node) {
    const name = nameOfRange(node.ViewStmt.view)
    if (schema.find(name)?.kind !== 'view')
      schema.add(emptyTable(name, schema.migration, { kind: 'view', isKnown: false }))
  } else if ('AlterTableStmt' in node) {
    const table = schema.table(nameOfRange(node.AlterTableStmt.relation))
    for (const cmd of node.AlterTableStmt.cmds ?? [])
      if ('AlterTableCmd' in cmd) alterTable(schema, table, cmd.AlterTableCmd, transaction)
  } else followRest(schema, node)
}

function followRest(schema: Schema, node: Node): void {
  if ('IndexStmt' in node) {
    const { idxname, relation } = node.IndexStmt
    if (idxname !== undefined) schema.indexes.set(idxname, schema.table(nameOfRange(relation)))
  } else if ('DropStmt' in node) {
    for (const object of node.DropStmt.objects ?? [])
      drop(schema, node.DropStmt.removeType ?? '', nameOfObject(object))
  } else if ('RenameStmt' in node) rename(schema, node.RenameStmt)
  else if ('AlterObjectSchemaStmt' in node) {
    const { relation, newschema, objectType } = node.AlterObjectSchemaStmt
    if (objectType !== 'OBJECT_TABLE') return
    const table = schema.table(nameOfRange(relation))
    schema.rename(table, { schema: newschema, name: table.name.name })
  } else if ('CreateEnumStmt' in node) addType(schema, nameOfList(node.CreateEnumStmt.typeName))
  else if ('CompositeTypeStmt' in node) addType(schema, nameOfRange(node.CompositeTypeStmt.typevar))
  else if ('CreateDomainStmt' in node) {
    const { domainname, typeName, constraints } = node.CreateDomainStmt
    const isConstrained = (constraints ?? []).some(
      (one) =>
        'Constraint' in one &&
        one.Constraint.contype !== 'CONSTR_DEFAULT' &&
        one.Constraint.contype !== 'CONSTR_NULL',
    )
    const base = columnTypeOf(typeName)
    schema.types.set(keyOf(nameOfList(domainname)), { madeIn: schema.migration, base, isConstrained })
  } else if ('CreateFunctionStmt' in node) {
    const { funcname, options } = node.CreateFunctionStmt
    const name = stringsOf(funcname).at(-1) ?? ''
    if (isVolatile(options)) schema.volatileFunctions.add(name)
    else schema.volatileFunctions.delete(name)
  } else if ('AlterRoleSetStmt' in node || 'AlterDatabaseSetStmt' in node) {
    const set = 'AlterRoleSetStmt' in node ? node.AlterRoleSetStmt.setstmt : node.AlterDatabaseSetStmt.setstmt
    if (set !== undefined && setsTimeout({ VariableSetStmt: set })) schema.hasLockTimeoutOfRole = true
  }
}

function addType(schema: Schema, name: Name): void {
  schema.types.set(keyOf(name), { madeIn: schema.migration, base: undefined, isConstrained: false })
}

/** A function is volatile unless it says otherwise. */
function isVolatile(options: readonly Node[] | undefined): boolean {
  return !(options ?? []).some(
    (one) =>
      'DefElem' in one &&
      one.DefElem.defname === 'volatility' &&
      one.DefElem.arg !== undefined &&
      'String' in one.DefElem.arg &&
      one.DefElem.arg.String.sval !== 'volatile',
  )
}

function createTable(schema: Schema, statement: CreateStmt, transaction: number): void {
  const name = nameOfRange(statement.relation)
  if (statement.if_not_exists === true && schema.find(name) !== undefined) return
  const hasParents = (statement.inhRelations ?? []).length > 0 || statement.partbound !== undefined
  const isCopied = (statement.tableElts ?? []).some((one) => 'TableLikeClause' in one)
  const table = schema.add(
    emptyTable(name, schema.migration, {
      isKnown: !hasParents && !isCopied && (statement.tableElts ?? []).length > 0,
      isTemporary: statement.relation?.relpersistence === 't',
    }),
  )
  table.isPartitioned = statement.partspec !== undefined
  table.isPartition = statement.partbound !== undefined
  for (const element of statement.tableElts ?? []) {
    if ('ColumnDef' in element) addColumn(schema, table, element.ColumnDef, transaction)
    else if ('Constraint' in element) addConstraint(table, element.Constraint, transaction)
  }
}

function addColumn(schema: Schema, table: Table, definition: ColumnDef, transaction: number): void {
  const name = definition.colname ?? ''
  const constraints = (definition.constraints ?? []).flatMap((one) =>
    'Constraint' in one ? [one.Constraint] : [],
  )
  const kinds = constraints.map(({ contype }) => contype)
  const type = columnTypeOf(definition.typeName)
  const isNotNull =
    definition.is_not_null === true ||
    kinds.some((kind) => kind === 'CONSTR_NOTNULL' || kind === 'CONSTR_PRIMARY' || kind === 'CONSTR_IDENTITY')
  table.columns.set(name, { name, type, isNotNull, madeIn: schema.migration })
  for (const constraint of constraints) {
    if (constraint.contype === 'CONSTR_CHECK' || constraint.contype === 'CONSTR_FOREIGN')
      addConstraint(table, constraint, transaction, name)
  }
}

function addConstraint(table: Table, node: ConstraintNode, transaction: number, column?: string): void {
  const keys = stringsOf(node.keys)
  const isValidated = node.skip_validation !== true
  if (node.contype === 'CONSTR_PRIMARY') for (const key of keys) setNotNull(table, key)
  const kind = KINDS[node.contype ?? ''] ?? 'other'
  const name = node.conname ?? `${table.name.name}_${column ?? keys[0] ?? ''}_${kind}`
  const keepsNotNull = kind === 'not-null' ? keys : kind === 'check' ? columnsKeptNotNull(node.raw_expr) : []
  table.constraints.set(name, { name, kind, isValidated, transaction, keepsNotNull })
  if (kind === 'not-null' && isValidated) for (const key of keys) setNotNull(table, key)
}

const KINDS: Readonly<Record<string, 'check' | 'foreign' | 'not-null'>> = {
  CONSTR_CHECK: 'check',
  CONSTR_FOREIGN: 'foreign',
  CONSTR_NOTNULL: 'not-null',
}

function setNotNull(table: Table, name: string, isNotNull = true): void {
  const column = table.columns.get(name)
  if (column !== undefined) column.isNotNull = isNotNull
  else table.columns.set(name, { name, type: undefined, isNotNull, madeIn: -1 })
}

function alterTable(schema: Schema, table: Table, cmd: AlterTableCmd, transaction: number): void {
  const { subtype, name = '', def } = cmd
  if (subtype === 'AT_AddColumn' && def !== undefined && 'ColumnDef' in def) {
    if (cmd.missing_ok === true && table.columns.has(def.ColumnDef.colname ?? '')) return
    addColumn(schema, table, def.ColumnDef, transaction)
  } else if (subtype === 'AT_AddConstraint' && def !== undefined && 'Constraint' in def)
    addConstraint(table, def.Constraint, transaction)
  else if (subtype === 'AT_DropColumn') table.columns.delete(name)
  else if (subtype === 'AT_SetNotNull') setNotNull(table, name)
  else if (subtype === 'AT_DropNotNull') setNotNull(table, name, false)
  else if (subtype === 'AT_DropConstraint') table.constraints.delete(name)
  else if (subtype === 'AT_ValidateConstraint') {
    const constraint = table.constraints.get(name)
    if (constraint === undefined) return
    constraint.isValidated = true
    if (constraint.kind === 'not-null')
      for (const column of constraint.keepsNotNull) setNotNull(table, column)
  } else if (subtype === 'AT_AlterColumnType' && def !== undefined && 'ColumnDef' in def) {
    const column = table.columns.get(name)
    const type = columnTypeOf(def.ColumnDef.typeName)
    if (column !== undefined) column.type = type
    else table.columns.set(name, { name, type, isNotNull: false, madeIn: -1 })
  } else if (subtype === 'AT_AttachPartition' && def !== undefined && 'PartitionCmd' in def) {
    table.isPartitioned = true
    schema.table(nameOfRange(def.PartitionCmd.name)).isPartition = true
  } else if (subtype === 'AT_DetachPartition' && def !== undefined && 'PartitionCmd' in def)
    // It was detached on purpose: what follows is its end, which is how old partitions go.
    schema.table(nameOfRange(def.PartitionCmd.name)).isPartition = true
}

function drop(schema: Schema, kind: string, name: Name): void {
  if (kind === 'OBJECT_TABLE' || kind === 'OBJECT_VIEW' || kind === 'OBJECT_MATVIEW') {
    const table = schema.find(name)
    if (table !== undefined) schema.drop(table)
  } else if (kind === 'OBJECT_INDEX') schema.indexes.delete(name.name)
  else if (kind === 'OBJECT_TYPE' || kind === 'OBJECT_DOMAIN') schema.types.delete(keyOf(name))
}

function rename(schema: Schema, node: import('libpg-query').RenameStmt): void {
  const { renameType, relation, object, newname = '', subname = '' } = node
  if (renameType === 'OBJECT_COLUMN') {
    const table = schema.table(nameOfRange(relation))
    const column = table.columns.get(subname)
    table.columns.delete(subname)
    if (column !== undefined) table.columns.set(newname, { ...column, name: newname })
  } else if (
    renameType === 'OBJECT_TABLE' ||
    renameType === 'OBJECT_VIEW' ||
    renameType === 'OBJECT_MATVIEW'
  ) {
    const table = schema.table(nameOfRange(relation))
    schema.rename(table, { schema: table.name.schema, name: newname })
  } else if (renameType === 'OBJECT_TYPE') {
    const old = nameOfObject(object)
    const type = schema.types.get(keyOf(old)) ?? { madeIn: -1, base: undefined, isConstrained: false }
    schema.types.delete(keyOf(old))
    schema.types.set(keyOf({ schema: old.schema, name: newname }), type)
    renameTypeOfColumns(schema, old.name, newname)
  } else if (renameType === 'OBJECT_INDEX') {
    const { name } = nameOfRange(relation)
    const table = schema.indexes.get(name)
    schema.indexes.delete(name)
    if (table !== undefined) schema.indexes.set(newname, table)
  } else if (renameType === 'OBJECT_TABCONSTRAINT') {
    const { constraints } = schema.table(nameOfRange(relation))
    const constraint = constraints.get(subname)
    constraints.delete(subname)
    if (constraint !== undefined) constraints.set(newname, { ...constraint, name: newname })
  }
}

function renameTypeOfColumns(schema: Schema, from: string, to: string): void {
  for (const table of schema.all())
    for (const column of table.columns.values())
      if (column.type?.name === from) column.type = { ...column.type, name: to }
}
