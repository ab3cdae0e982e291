use super::Status;
use crate::cli;
use crate::cli::man::ManArgs;
use crate::output::nearest;
use anyhow::{Result, bail};
use std::io::{self, Write};

/// Prints the manual page of the program or of the command named.
pub(crate) fn run(args: &ManArgs) -> Result<Status> {
    let mut page = Vec::new();
    clap_mangen::Man::new(find(&args.command)?).render(&mut page)?;
    io::stdout().write_all(&page)?;
    io::stdout().flush()?;
    Ok(Status::Done)
}

fn find(words: &[String]) -> Result<clap::Command> {
    let mut command = cli::command();
    // Fills in the names of subcommands, such as `saddlepoint-simulate-data`.
    command.build();
    let mut full_name = "saddlepoint".to_owned();
    for word in words {
        let Some(next) = command.find_subcommand(word) else {
            let names = command.get_subcommands().map(clap::Command::get_name);
            let names: Vec<_> = names.filter(|name| *name != "help").collect();
            let hint = nearest(word, names.iter().copied());
            let hint = hint.map_or(String::new(), |name| format!(" (did you mean {name}?)"));
            bail!(
                "{full_name} has no command '{word}'{hint}; it has: {}",
                names.join(", ")
            );
        };
        full_name = format!("{full_name}-{word}");
        command = next.clone().display_name(full_name.clone());
    }
    Ok(command)
}
