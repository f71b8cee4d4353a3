//! `wickflow audit verify`: are journals and paper runs what was written, and do the tables follow from the journals?

use serde::Serialize;
use wickflow_shared::id::AccountId;
use wickflow_store::Database;
use wickflow_store::journal::{AccountAudit, Damage, JournalStore};
use wickflow_store::paper_runs::{PaperAudit, PaperRunLimits, PaperRunStore};

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
    /// Check every journal's hash chain, fold it, and compare the result with the tables, exactly; and the hash chain
    /// of every paper run's events.
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
    paper_runs: usize,
    paper_events: u64,
    /// The first thing wrong of each paper run that is not as it was written.
    damaged_runs: Vec<PaperAudit>,
}

/// Runs the subcommand.
///
/// # Errors
/// [`CliError::BadInput`] when there is no database, [`CliError::Failed`] when something is damaged or cannot be read.
pub async fn run(args: AuditArgs) -> Result<(), CliError> {
    let AuditCommand::Verify(args) = args.command;
    let database = Database::open_existing(&args.database.url()?).await.map_err(CliError::of_database)?;
    let mut report = verify(&JournalStore::new(database.clone()), args.account).await?;
    if args.account.is_none() {
        verify_paper_runs(&database, &mut report).await?;
    }
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
        for audit in &report.damaged_runs {
            let damage = audit.damage.as_ref().map(ToString::to_string).unwrap_or_default();
            print_line(format_args!("paper run {}: {damage}", audit.id))?;
        }
        let Report { accounts, entries, rows, paper_runs, paper_events, .. } = report;
        print_line(format_args!("checked {accounts} accounts: {entries} journal entries, {rows} rows"))?;
        if paper_runs > 0 {
            print_line(format_args!("checked {paper_runs} paper runs: {paper_events} events"))?;
        }
    }
    if report.ok {
        return Ok(());
    }
    let accounts = report.damaged.len() + report.strays.len();
    let runs = report.damaged_runs.len();
    Err(CliError::failed(match (accounts, runs) {
        (accounts, 0) => format!("{accounts} accounts are damaged"),
        (0, runs) => format!("{runs} paper runs are damaged"),
        (accounts, runs) => format!("{accounts} accounts and {runs} paper runs are damaged"),
    }))
}

async fn verify_paper_runs(database: &Database, report: &mut Report) -> Result<(), CliError> {
    // Nothing is written, so the bounds do not matter.
    let store = PaperRunStore::new(database.clone(), PaperRunLimits { running: 0, kept: 0 });
    let audits = store.audit().await.map_err(CliError::failed)?;
    report.paper_runs = audits.len();
    report.paper_events = audits.iter().map(|audit| audit.events).sum();
    report.damaged_runs = audits.into_iter().filter(|audit| audit.damage.is_some()).collect();
    report.ok &= report.damaged_runs.is_empty();
    Ok(())
}

async fn verify(store: &JournalStore, only: Option<AccountId>) -> Result<Report, CliError> {
    let all = store.account_ids().await.map_err(CliError::failed)?;
    let (ids, strays) = match only {
        Some(id) if all.contains(&id) => (vec![id], Vec::new()),
        Some(id) => return Err(CliError::failed(format_args!("there is no account {id}"))),
        None => (all, store.strays().await.map_err(CliError::failed)?),
    };
    let mut report = Report {
        ok: true,
        accounts: ids.len(),
        entries: 0,
        rows: 0,
        damaged: Vec::new(),
        strays,
        paper_runs: 0,
        paper_events: 0,
        damaged_runs: Vec::new(),
    };
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
