'use strict';

const PAID = "o.status in ('paid', 'shipped')";
const IN_PERIOD = 'o.created_at >= :from and o.created_at < :to';

module.exports = { WHERE_PAID_IN_PERIOD: `where ${PAID} and ${IN_PERIOD}` };
