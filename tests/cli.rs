//! Every behaviour of the command line is one file under `tests/cmd`.

#[test]
fn commands_behave_as_written() {
    trycmd::TestCases::new().case("tests/cmd/*.toml");
}
