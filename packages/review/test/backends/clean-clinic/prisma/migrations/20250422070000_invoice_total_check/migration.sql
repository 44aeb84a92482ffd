SET lock_timeout = '3s';

ALTER TABLE "invoices" ADD CONSTRAINT "invoices_total_cents_check" CHECK ("total_cents" >= 0) NOT VALID;
ALTER TABLE "invoice_lines" ADD CONSTRAINT "invoice_lines_quantity_check" CHECK ("quantity" > 0) NOT VALID;
