//! `wickflow audit verify`: is the journal what was written, and do the tables follow from it?

use serde::Serialize;
use wickflow_shared::id::AccountId;
use wickflow_store::Database;
use wickflow_store::journal::{AccountAudit, Damage, JournalStore};

use super::{CliError, print_line};
use crate::config::DatabaseArgs;

/// Arguments of `wickflow audit`.
#[derive(Debug, clap::Args)]
pub struct AuditArgs {
    #[command(subcommand)]
    command: AuditCommand,
}

#[derive(Debug, clap::Subcommand)]
enum AuditCommand {
    /// Check every journal's hash chain, fold it, and compare the result with the tables, exactly.
    ///
    /// Exit code 0 when everything is as written, 1 when something is not. The server may run meanwhile.
    Verify(VerifyArgs),
}

#[derive(Debug, clap::Args)]
struct VerifyArgs {
    #[command(flatten)]
    database: DatabaseArgs,
    /// Only this account: 32 hexadecimal digits.
    #[arg(long, value_name = "ID")]
    account: Option<AccountId>,
    /// Print one JSON document.
    #[arg(long)]
    json: bool,
}

/// What `--json` prints.
#[derive(Debug, Serialize)]
struct Report {
    ok: bool,
    accounts: usize,
    entries: u64,
    rows: u64,
    /// The first thing wrong of each account that is not as it was written.
    damaged: Vec<AccountAudit>,
    /// Accounts of which there are rows, but no account.
    strays: Vec<AccountId>,
}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError::BadInput`] when there is no database, [`CliError::Failed`] when something is damaged or cannot be read.
pub async fn run(args: AuditArgs) -> Result<(), CliError> {
    let AuditCommand::Verify(args) = args.command;
    let database = Database::open_existing(&args.database.url()?).await.map_err(CliError::of_database)?;
    let report = verify(&JournalStore::new(database), args.account).await?;
    if args.json {
        print_line(serde_json::to_string(&report).map_err(CliError::failed)?)?;
    } else {
        for audit in &report.damaged {
            let damage = audit.damage.as_ref().map(Damage::to_string).unwrap_or_default();
            print_line(format_args!("account {}: {damage}", audit.account_id))?;
        }
        for id in &report.strays {
            print_line(format_args!("account {id}: there are rows of it, but no account"))?;
        }
        let Report { accounts, entries, rows, .. } = report;
        print_line(format_args!("checked {accounts} accounts: {entries} journal entries, {rows} rows"))?;
    }
    if report.ok {
        return Ok(());
    }
    Err(CliError::failed(format_args!("{} accounts are damaged", report.damaged.len() + report.strays.len())))
}

async fn verify(store: &JournalStore, only: Option<AccountId>) -> Result<Report, CliError> {
    let all = store.account_ids().await.map_err(CliError::failed)?;
    let (ids, strays) = match only {
        Some(id) if all.contains(&id) => (vec![id], Vec::new()),
        Some(id) => return Err(CliError::failed(format_args!("there is no account {id}"))),
        None => (all, store.strays().await.map_err(CliError::failed)?),
    };
    let mut report =
        Report { ok: true, accounts: ids.len(), entries: 0, rows: 0, damaged: Vec::new(), strays };
    for id in ids {
        let audit = store.audit(id).await.map_err(CliError::failed)?;
        report.entries += audit.entries;
        report.rows += audit.rows;
        if audit.damage.is_some() {
            report.damaged.push(audit);
        }
    }
    report.ok = report.damaged.is_empty() && report.strays.is_empty();
    Ok(report)
}
