// Starts the program that stands beside it, with the trainings to leave out.
import { dotnet } from './_framework/dotnet.js';

const { runMain } = await dotnet.create();
process.exit(await runMain('GruGen.Golden', process.argv.slice(2)));
