SET lock_timeout = '3s';

ALTER TABLE "invoices" VALIDATE CONSTRAINT "invoices_total_cents_check";
ALTER TABLE "invoice_lines" VALIDATE CONSTRAINT "invoice_lines_quantity_check";
