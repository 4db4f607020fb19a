ALTER TABLE "uploaded_files" ADD COLUMN "receipt_due" boolean DEFAULT false NOT NULL;--> statement-breakpoint
ALTER TABLE "tombstones" ADD COLUMN "buried_by" xid8 DEFAULT pg_current_xact_id() NOT NULL;--> statement-breakpoint
DROP INDEX "tombstones_seen";--> statement-breakpoint
CREATE INDEX "tombstones_seen" ON "tombstones" ("tenant_id","seen_at") WHERE "seen_at" > '-infinity';--> statement-breakpoint
CREATE INDEX "uploaded_files_receipt_due" ON "uploaded_files" ("tenant_id","id") WHERE "receipt_due";--> statement-breakpoint
CREATE INDEX "uploaded_files_discarded" ON "uploaded_files" ("tenant_id","stored_at") WHERE "status" = 'DISCARDED' and starts_with("path", '/');--> statement-breakpoint
CREATE INDEX "reports_created" ON "reports" ("tenant_id","created_at");--> statement-breakpoint
CREATE INDEX "tombstones_buried" ON "tombstones" ("tenant_id","buried_by") WHERE "buried_by" > '0'::xid8;