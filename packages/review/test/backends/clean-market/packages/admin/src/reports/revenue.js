'use strict';

const knex = require('../db');
const { WHERE_PAID_IN_PERIOD } = require('./fragments');

const SORTS = {
    revenue: 'revenue_cents desc',
    orders: 'orders desc',
    name: 's.name',
};

async function revenue({ from, to, sort, limit }) {
    const { rows } = await knex.raw(
        `select s.id, s.name, cast(count(*) as int) as orders, cast(sum(o.total_cents) as bigint) as revenue_cents
           from orders o join sellers s on s.id = o.seller_id
           ${WHERE_PAID_IN_PERIOD}
          group by s.id, s.name
          order by ${SORTS[sort]}, s.id
          limit :limit`,
        { from, to, limit },
    );
    return rows;
}

module.exports = { revenue, SORTS };
